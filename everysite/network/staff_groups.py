"""The five staff groups, and the many ways in which staff records write them."""

import re

from everysite.base.text import plain_letters

DOCTORS = "doctors"
NURSES = "nurses and midwives"
SUPPORT = "support workers"
OTHER = "other professionals"
OFFICE = "administration and management"
STAFF_GROUPS = (DOCTORS, NURSES, SUPPORT, OTHER, OFFICE)

# As written by electronic staff records, the national event record (its staff types 1 to 9) and local lists.
_SPELLINGS = {
    DOCTORS: """doctor, doctors, medical, medical and dental, medical staff, medic, medics, dentist, dentists, dental,
        doctor or dentist, doctors and dentists, hospital doctor, physician, physicians, consultant, consultants,
        junior doctor, junior doctors, resident doctor, resident doctors, gp, gps, general practitioner""",
    NURSES: """nurse, nurses, midwife, midwives, nursing, midwifery, nurse or midwife, nurses and midwives,
        nursing and midwifery, nursing and midwifery registered, registered nursing and midwifery,
        registered nurse, registered nurses, staff nurse, rn, rm, nursing midwifery and health visiting,
        nurses midwives, health visitor, health visitors, nurse and midwife""",
    SUPPORT: """support worker, support workers, support, additional clinical services, hca, hcas, healthcare assistant,
        health care assistant, healthcare assistants, health care assistants, healthcare support worker,
        healthcare support workers, clinical support worker, clinical support, support to clinical staff,
        nursing assistant, nursing assistants, nursing associate, maternity support worker, porter, porters,
        additional clinical services staff including ambulance services and pharmacy,
        estates and ancillary, estates and ancillary staff, ancillary, domestic, housekeeping,
        supplementary roles including voluntary services""",
    OTHER: """other professional, other professionals, allied health professional, allied health professionals, ahp,
        ahps, healthcare scientist, healthcare scientists, scientists, add prof scientific and technic,
        additional professional scientific and technical, professional scientific and technical,
        additional professional scientific and technical staff including social care, scientific and technical,
        pharmacist, pharmacists, pharmacy, therapist, therapists, therapies, physiotherapist, physiotherapists,
        radiographer, radiographers, paramedic, paramedics, psychologist, psychologists, dietitian,
        occupational therapist, occupational therapists, social worker, other, other clinical, students, student""",
    OFFICE: """administration, management, admin, administration and management, administrative, administrator,
        administrators, administrative and clerical, administrative and clerical staff, admin and clerical,
        a and c, clerical, manager, managers, management and administration, infrastructure support, corporate,
        admin and management, executive, non clinical, senior managers, managers and senior managers""",
}
_BY_SPELLING = {
    " ".join(re.findall(r"[a-z]+", one)): group
    for group, names in _SPELLINGS.items()
    for one in names.split(",")
}


def staff_group(written: str) -> str:
    """Return one of STAFF_GROUPS for a spelling that is known, else ""."""
    plain = re.sub(r"[&+/]", " and ", plain_letters(written))
    key = " ".join(re.findall(r"[a-z]+", plain))
    return _BY_SPELLING.get(key) or _BY_SPELLING.get(key.replace(" and ", " ")) or ""
