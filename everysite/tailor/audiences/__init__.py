"""One form per file; the list of all of them."""

from everysite.tailor.audiences import (
    board,
    commissioners,
    email,
    frontline,
    huddle,
    managers,
    public,
    researchers,
    seven_minute,
    short,
)
from everysite.tailor.document import Template

TEMPLATES: dict[str, Template] = {
    module.TEMPLATE.code: module.TEMPLATE
    for module in (
        frontline,
        managers,
        board,
        commissioners,
        public,
        researchers,
        email,
        short,
        huddle,
        seven_minute,
    )
}
