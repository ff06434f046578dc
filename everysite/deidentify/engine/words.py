# ruff: noqa: SIM905  (word lists read better as one line)
"""The word lists, loaded once: what each word can be (first name, surname, ordinary word, drug, place…)."""

from functools import lru_cache
from pathlib import Path

from .fold import key

DATA = Path(__file__).parent / "data"

FIRST, LAST, COMMON, RARE, WORDNAME, NOTNAME = 1, 2, 4, 8, 16, 32
PLACE, DRUG, EPONYM, MAKER, JOB, TITLE, KIN = 64, 128, 256, 512, 1024, 2048, 4096
MONTH, ORG, NATION, EPNOUN, ABBR, SAY, FORMAL, HERITAGE = (
    8192,
    16384,
    32768,
    65536,
    131072,
    262144,
    524288,
    1048576,
)

#: Names from the long lists: hardly known as names here, so a name for sure only with a cue.
UNCOMMON = 2097152

NAME = FIRST | LAST
WORD = COMMON | RARE

TITLES = set(
    "mr mrs ms miss mx dr drs doctor prof professor dame sir lord lady rev revd reverend fr father cllr councillor sr "
    "hon rabbi imam canon capt captain major col colonel sgt sergeant pc wpc dc ds di dci insp inspector constable "
    "master madam mister messrs mme bishop archdeacon pastor mstr docter miss. psr nurse sister matron midwife pcso "
    "sn ssn hca rn rmn sr sr. lt cpl coroner justice judge baroness baron gov governor supt cdr reb sheikh swami ustadh".split()
)
JOBS = set(
    "nurse nurses sister matron midwife doctor consultant registrar sho houseman anaesthetist surgeon physician "
    "psychiatrist radiographer radiologist pharmacist physio physiotherapist ot therapist dietitian dietician hca "
    "hcsw hcas carer carers porter paramedic technician receptionist clerk secretary cleaner domestic housekeeper "
    "chaplain interpreter translator manager coordinator co-ordinator practitioner student assistant worker officer "
    "registrars gp gps psychologist counsellor cardiologist neurologist oncologist haematologist paediatrician "
    "obstetrician gynaecologist urologist dermatologist gastroenterologist geriatrician orthopod microbiologist "
    "histopathologist pathologist intensivist phlebotomist optician optometrist orthoptist audiologist podiatrist "
    "dentist hygienist healthcare sn ssn rn rmn rnld en sen odp operating tvn cns anp acp enp fy1 fy2 f1 f2 st1 st2 "
    "st3 st4 st5 st6 st7 st8 ct1 ct2 ct3 spr nic site-manager phlebotomists volunteer driver security guard policeman "
    "policewoman colleague resident client service-user trainee lead bank agency teacher solicitor advocate coroner "
    "pt patient pts patients baby infant child boy girl lady gentleman man woman pateint ptient nursing charge ward "
    "bank educator facilitator practitioner sonographer healthcare-assistant nurse-in-charge amhp cpn hv dn rmo "
    "locum specialist associate navigator ambassador sis staffnurse caretaker engineer technologist scientist "
    "perfusionist embalmer undertaker warden msw ssw csw mca para paras hv sw ahp tech crew landlord landlady neighbour teacher tutor caller prescriber clinician engineer plumber electrician joiner handyman gardener cook chef postman lodger tenant escort handler dispenser optometrists counter auxiliary chiropodist masseur headteacher head keyworker key befriender mentor advocate barrister judge inspector auditor governor".split()
)
PATIENTS = {
    "pt",
    "patient",
    "pts",
    "patients",
    "baby",
    "infant",
    "child",
    "boy",
    "girl",
    "resident",
    "client",
    "pateint",
    "ptient",
    "lady",
    "gentleman",
    "man",
    "woman",
    "twin",
}
ORG_NOUNS = set(
    "hospital hospitals infirmary hospice clinic clinics surgery practice centre center unit ward wards suite house "
    "lodge home homes court trust board department dept team service services partnership council college university "
    "school academy pharmacy prison hmp church mosque temple parish police constabulary ambulance authority "
    "group society association foundation institute laboratory laboratories lab office bay theatre theatres room "
    "block wing floor building corridor lounge entrance reception road street lane avenue station park ltd limited plc "
    "company llp agency healthcare care nursing residential medical health community integrated commissioning hub "
    "day clinic hotel inn library court grange manor villa cottage cottages hall gardens district county borough "
    "hospitals nhs facility facilities site campus airport supermarket store shop restaurant pub".split()
)
SAYS = set(
    "said says rang phoned called told asked reported stated explained confirmed advised informed signed wrote noticed "
    "noted felt thought replied apologised agreed arrived attended came went returned left reviewed documented gave saw "
    "took checked found assisted helped witnessed heard spoke was is has had will would did does requested suggested "
    "offered completed prescribed administered assessed examined escalated contacted bleeped discussed decided refused "
    "declined tried started stopped moved translated chaired covered brought carried collected transferred ran walked "
    "sat stood fell slipped remained became began felt died cried shouted screamed woke slept ate drank looks looked "
    "seemed appeared complained denied described mentioned emailed e-mailed texted messaged visited stayed lives lived "
    "suffered developed presented sustained deteriorated collapsed collected undertook performed carried inserted "
    "removed administered drew prepared handed recorded missed forgot realised recalled remembers remembered "
    "believes believed knew knows wanted wants likes hung accepted absconded acknowledged placed used pulled pressed "
    "opened closed raised wasn't isn't didn't hasn't had'nt couldn't wouldn't hadn't".split()
)
PARTICLES = set(
    "de van der den von bin ibn al el ap ab ni nic ui mac mc o da dos das do di du la le los las st ter ten vander af "
    "abu umm bint bt della del dal ben san al- ud uz ul".split()
)
DRUG_ENDINGS = (
    "olol",
    "pril",
    "sartan",
    "statin",
    "cillin",
    "mycin",
    "azole",
    "idine",
    "prazole",
    "oxacin",
    "cycline",
    "mab",
    "tinib",
    "afil",
    "setron",
    "caine",
    "zepam",
    "zolam",
    "gliptin",
    "gliflozin",
    "parin",
    "xaban",
    "vir",
    "triptan",
    "barbital",
    "sone",
    "solone",
    "dipine",
    "terol",
    "tropium",
    "profen",
    "dronate",
    "thiazide",
    "azine",
    "oxetine",
    "triptyline",
    "curium",
    "curonium",
    "fentanil",
    "morphine",
    "codeine",
    "cef",
    "glutide",
    "semide",
    "ciclovir",
    "amine",
    "azepine",
)
MONTHS = {
    m: n
    for n, row in enumerate(
        "january jan januray janurary|february feb febuary feburary feburay|march mar|april apr apirl arpil|may|june jun|july jul|august aug agust augst|"
        "september sept sep septmber setpember septmeber septemb|october oct octob ocotber octobr|november nov novemeber novemb|december dec decemeber decmber decemb".split(
            "|"
        ),
        1,
    )
    for m in row.split()
}
NATIONS = set(
    "english british scottish welsh irish polish romanian lithuanian latvian indian pakistani bangladeshi nigerian ghanaian "
    "kenyan somali eritrean ethiopian sudanese zimbabwean jamaican caribbean african asian european american canadian "
    "australian chinese japanese korean vietnamese filipino thai portuguese spanish french german italian greek turkish "
    "kurdish iranian iraqi syrian afghan arab arabic egyptian moroccan algerian tunisian libyan russian ukrainian bulgarian "
    "hungarian czech slovak albanian serbian croatian bosnian dutch belgian danish swedish norwegian finnish urdu punjabi "
    "bengali hindi gujarati tamil cantonese mandarin farsi pashto dari swahili yoruba igbo christian muslim hindu sikh "
    "jewish catholic protestant buddhist anglican methodist roma gypsy traveller latin".split()
)
FORMAL_CAPS = set(
    "trust board committee policy procedure guideline guidelines pathway protocol report review investigation form chart "
    "checklist assessment score scale plan summary record records act code section schedule appendix annex part chapter "
    "regulation regulations standard standards strategy framework programme project standard covid early warning national "
    "royal general university community mental health nhs england wales scotland britain kingdom ireland europe "
    "medicine surgery emergency accident intensive critical care paediatric maternity acute medical surgical "
    "respiratory stroke cardiac renal oncology orthopaedic neonatal outreach pharmacy radiology pathology "
    "physiotherapy occupational therapy dietetics anaesthetics "
    "concern concerns concerned circumstances death inquest jury conclusion evidence matters action response "
    "prevention future deaths court narrative verdict area senior assistant his her majesty's majestys hm".split()
)
ROMAN = {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"}


@lru_cache(maxsize=1)
def formals() -> dict[str, tuple[str, ...]]:
    """Return the formal first names of each short form."""
    out: dict[str, tuple[str, ...]] = {}
    for formal, shorts in nicknames().items():
        for short in shorts:
            out[short] = (*out.get(short, ()), formal)
    return out


def read(name: str) -> list[str]:
    """Return the words of one list file, without comment lines."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [w for line in lines if not line.startswith("#") for w in line.split()]


@lru_cache(maxsize=1)
def lexicon() -> dict[str, int]:
    """Return what each word key can be, as a sum of the flags above."""
    lex: dict[str, int] = {}

    def add(items: object, flag: int) -> None:
        for item in items:  # type: ignore[attr-defined]
            k = key(item)
            if k:
                lex[k] = lex.get(k, 0) | flag

    add(read("words_common.txt"), COMMON)
    add(read("words_rare.txt"), RARE)
    # The product's texts and lists never hold this word family, but narratives do: it is no name either.
    add(["anon" + ending for ending in ("ymous", "ymously", "ymity", "ymise", "ymised")], RARE)
    add(read("words_clinical.txt"), RARE)
    for name, flag in (("first_names.txt", FIRST), ("surnames.txt", LAST)):
        add(read(name), flag)
    add(read("heritage_first.txt"), FIRST | HERITAGE)
    for word in read("heritage_last.txt"):
        add([word, *word.split("-")], LAST | HERITAGE)
    add(nicknames().keys(), FIRST | HERITAGE)
    for short in nicknames().values():
        add(short, FIRST)
    for word in read("plain_names.txt"):
        lex[word] = lex.get(word, 0) & ~WORD | FIRST
    add(read("word_names.txt"), WORDNAME)
    add(read("not_names.txt"), NOTNAME)
    for word in read("eponyms.txt"):
        add([word, *(p for p in word.split("-") if len(p) > 3)], EPONYM)
    add(read("eponym_nouns.txt"), EPNOUN)
    for word in read("makers.txt"):
        add([word], MAKER)
    for word in read("drugs.txt"):
        add([word], DRUG)
    add(read("abbreviations.txt"), ABBR)
    add(TITLES, TITLE)
    add(JOBS, JOB)
    add(read("relations.txt"), KIN)
    add(MONTHS, MONTH)
    add(ORG_NOUNS, ORG)
    add(NATIONS, NATION)
    add(SAYS, SAY)
    add(FORMAL_CAPS, FORMAL)
    add(read("counties.txt"), PLACE)
    for line in (DATA / "places.txt").read_text(encoding="utf-8").splitlines():
        if line and " " not in line:
            add([line], PLACE)
    for name, flag in (("uncommon_first.txt", FIRST), ("uncommon_last.txt", LAST)):
        for word in read(name):
            lex.setdefault(word, flag | UNCOMMON)
    return lex


@lru_cache(maxsize=1)
def nicknames() -> dict[str, tuple[str, ...]]:
    """Return the short forms of each formal first name."""
    out = {}
    for line in (DATA / "nicknames.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line and not line.startswith("#"):
            formal, short = line.split(":")
            out[formal.strip()] = tuple(short.split())
    return out


@lru_cache(maxsize=1)
def long_places() -> frozenset[str]:
    """Return the places whose name has more than one word."""
    lines = (DATA / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if " " in line)


def is_drug(k: str) -> bool:
    """Return whether the word has the ending of a drug name and is long enough not to be a surname."""
    return len(k) >= 8 and k.endswith(DRUG_ENDINGS)
