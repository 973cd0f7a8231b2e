"""The columns of the tables that are written, in the order of SDTM, and what each table is."""

from __future__ import annotations

_NAMES = {
    "DM": """
        SUBJID RFSTDTC RFENDTC RFXSTDTC RFXENDTC RFICDTC RFPENDTC DTHDTC DTHFL SITEID INVNAM
        AGE AGEU SEX ARMCD ARM ACTARMCD ACTARM COUNTRY
    """,
    "EX": "EXTRT EXDOSE EXDOSU EXDOSFRM EXROUTE EPOCH EXSTDTC EXENDTC",
    "TU": """
        TULNKID TUTESTCD TUTEST TUORRES TUSTRESC TULOC TUMETHOD TUEVAL TUEVALID VISITNUM
        VISIT EPOCH TUDTC
    """,
    "TR": """
        TRGRPID TRLNKID TRTESTCD TRTEST TRORRES TRORRESU TRSTRESC TRSTRESN TRSTRESU TRSTAT
        TRREASND TRMETHOD TREVAL TREVALID VISITNUM VISIT EPOCH TRDTC
    """,
    "RS": "RSTESTCD RSTEST RSCAT RSORRES RSSTRESC RSEVAL RSEVALID VISITNUM VISIT EPOCH RSDTC",
    "LB": """
        LBTESTCD LBTEST LBCAT LBORRES LBORRESU LBORNRLO LBORNRHI LBSTRESC LBSTRESN LBSTRESU
        LBSTNRLO LBSTNRHI LBNRIND LBNAM LBSPEC VISITNUM VISIT EPOCH LBDTC
    """,
    "FA": "FATESTCD FATEST FAOBJ FAORRES FASTRESC EPOCH FADTC",
    "DS": "DSTERM DSDECOD DSCAT DSSCAT EPOCH DSSTDTC",
    "AE": "AETERM AEDECOD AEBODSYS AESER AEACN AEACNOTH AEREL AEOUT AETOXGR EPOCH AESTDTC AEENDTC",
    "MH": "MHTERM MHDECOD MHCAT MHSTDTC",
}
NUMBERS = frozenset(("VISITNUM", "TRSTRESN", "LBSTRESN", "LBSTNRLO", "LBSTNRHI"))
"""Of those that may have no value at all, the ones that hold numbers."""
COLUMNS = {table: tuple(names.split()) for table, names in _NAMES.items()}
_LABELS = {
    "DM": "Demographics",
    "EX": "Exposure",
    "TU": "Tumor/Lesion Identification",
    "TR": "Tumor/Lesion Results",
    "RS": "Disease Response",
    "LB": "Laboratory Test Results",
    "FA": "Findings About",
    "DS": "Disposition",
    "AE": "Adverse Events",
    "MH": "Medical History",
}
SYNTHETIC = "(synthetic)"


def label_of(table: str) -> str:
    """Return what a table holds; of a table that is synthetic the label says so."""
    return f"{_LABELS.get(table, table.title())} {SYNTHETIC}"
