"""Settings of the tests: the product's own, with a throw-away home and fast password hashing."""

import os
import tempfile

os.environ["EVERYSITE_MODE"] = "test"
os.environ.setdefault("EVERYSITE_TESTING", "1")
_home = tempfile.mkdtemp(prefix="everysite-tests-")
os.environ["EVERYSITE_HOME"] = _home
os.environ["EVERYSITE_KEYS_DIR"] = _home + "/keys"

from everysite.settings import *  # noqa: F403,E402
from everysite.settings import DATABASES, HOME  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
for alias, name in (("default", "test"), ("vault", "test-vault")):
    if "sqlite" in str(DATABASES[alias]["ENGINE"]):
        DATABASES[alias]["TEST"] = {"NAME": str(HOME / f"{name}.sqlite3")}

(HOME / "static").mkdir(parents=True, exist_ok=True)  # the file server wants it to be there
