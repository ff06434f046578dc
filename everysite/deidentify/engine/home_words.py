# ruff: noqa: SIM905  (word lists read better as one line)
"""Words that end a street, name a kind of house, number a flat, or show that no home is meant."""

from .addresses import STRONG, WEAK

ROADS = frozenset(
    f"{STRONG}|{WEAK}|cls|crt|gdn|est|rds|sts|loke|pightle|toft|staithe|hythe|wold|wynds|brow|pitch|heol|ffordd|stryd|rhodfa|lon|maes|clos".split(
        "|"
    )
)
HOUSES = frozenset(
    "cottage cottages house lodge farm farmhouse hall barn barns manor grange villa villas bungalow mill rectory vicarage manse caravan convent priory presbytery parsonage forge stables smithy oast croft chapel schoolhouse houseboat narrowboat boat hut annexe annex tower towers "
    "court mansions flats apartments chambers buildings building site park marina wharf moorings mooring yard estate hostel almshouses almshouse maltings gatehouse coach-house granary dairy shed studio penthouse homestead gables limes laurels willows beeches elms oaks firs cedars poplars chestnuts hollies hawthorns birches pines sycamores orchard haven hermitage bwthyn ty tyddyn plas bryn fferm cae penrhiw tigh".split()
)
UNITS = frozenset(
    "flat apartment apt unit room rm block floor caravan plot suite studio maisonette penthouse pitch berth bedsit chalet no number lodge mooring bungalow van cabin pod house".split()
)
INNER = frozenset(
    "of the on upon under next by sea nr near in cum le la and our st y yr rear off c/o adjacent to at with opposite behind above old & ny na an el".split()
)
NOT_HOME = frozenset(
    "hospital ward unit trust surgery clinic centre practice department dept team service services nurse manager director patient patients pt nhs mr mrs ms miss dr bed bay theatre board university college council "
    "dear re cc ref tel fax email sent from to subject date time signed yours regards thanks sincerely tab tabs tablet medication allergies diagnosis plan action learning summary background note notes outcome "
    "monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night today yesterday tomorrow he she they we it i and but so then was is were had has did not no yes who when what where why how".split()
)
