"""Deals out every printed count: sets, origins, responses, uptake, findings before each course."""

from __future__ import annotations

import numpy as np

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.prrt.frame import EPOCHS, Cohort, Column, Rows, pick_row
from oncorules.calibration.prrt.tables import change_tables, response_tables, transitions
from oncorules.calibration.targets import Targets

RETREATED, EXCLUDED, CONTROL, OTHERS = "retreated", "excluded", "control", "others"
ORIGINS = {
    "foregut": "FOREGUT",
    "midgut": "MIDGUT",
    "hindgut": "HINDGUT",
    "pancreatic": "PANCREATIC",
    "bronchial": "BRONCHIAL",
    "unknown_origin": "UNKNOWN",
}
YES_NO = {"yes": "Y", "no": "N"}
FINDINGS = {
    "surgery": ("SURGERY", YES_NO),
    "chemotherapy": ("CHEMO", YES_NO),
    "radiotherapy": ("RADIO", YES_NO),
    "somatostatin_analogues": ("SSA", YES_NO),
    "extent": ("EXTENT", {"limited": "LIMITED", "moderate": "MODERATE", "extensive": "EXTENSIVE"}),
    "liver": ("LIVER", YES_NO),
    "bone": ("BONE", YES_NO),
    "who_grade": ("WHOGRADE", {"grade_1": "1", "grade_2": "2", "grade_3": "3"}),
    "progression": (
        "PROGBY",
        {"yes": "RECIST", "no": "NONE", "scan": "OCTREOSCAN", "symptoms": "CLINICAL"},
    ),
}
"""Blocks of Tables 1 and 4: the finding, and its values by row."""


class Counts:
    """Deals out the counts of a study.

    Args:
        targets: the printed figures.
        random: of who gets what.
    """

    def __init__(self, targets: Targets, random: np.random.Generator) -> None:
        self.targets, self.random = targets, random
        retreated, control = self.size("retreated"), self.size("control")
        sizes = {
            RETREATED: retreated,
            EXCLUDED: self.size("retreated_safety") - retreated,
            CONTROL: control,
            OTHERS: self.size("control_safety") - control,
        }
        members = np.repeat(list(sizes), list(sizes.values()))
        subjects = Rows(len(members))
        subjects["SET"] = members
        everybody = np.arange(subjects.size)
        again = np.flatnonzero((members == RETREATED) | (members == EXCLUDED))
        self.cohort = Cohort(
            subjects,
            {epoch: Rows(subjects.size) for epoch in EPOCHS},
            {"I-PRRT": everybody, "R-PRRT": again, "RR-PRRT": again[:0]},
        )

    def size(self, group: str) -> int:
        """Return the printed size of a group."""
        return int(self.targets.published.sizes(group)[0].printed.value)

    def members(self, name: str) -> np.ndarray:
        """Return the places of a set's subjects."""
        return np.flatnonzero(self.cohort.subjects["SET"] == name)

    def count(self, table: int, block: str, row: str, column: str) -> int:
        """Return a printed count; 0 where the paper prints none."""
        return self.targets.count(f"table-{table}.{block}.{row}.{column}")

    def deal(self) -> Cohort:
        """Return the cohort with every count in place.

        Raises:
            RuleError: no cohort has these counts, with the place of each of them.
        """
        dealing = self.targets.dealing
        for step in (self._origins, self._responses, self._uptake):
            with dealing():
                step()
        first, second, third = (self.cohort.courses[epoch] for epoch in EPOCHS)
        retreated, control = self.members(RETREATED), self.members(CONTROL)
        again = self.cohort.has["RR-PRRT"]
        with dealing():
            self._sexes()
        with dealing():
            self._grade_3()
        for block in FINDINGS:
            for course, table, column, rows in (
                (third, 1, "rr", again),
                (second, 1, "r", retreated),
                (first, 1, "i", retreated),
                (first, 4, "control", control),
            ):
                if block != "who_grade" or course is first:
                    with dealing():
                        self._findings(block, course, table, column, rows)
        self._unknowns()
        return self.cohort

    def _sexes(self) -> None:
        retreated, control = self.members(RETREATED), self.members(CONTROL)
        again = self.cohort.has["RR-PRRT"]
        sex = self.cohort.subjects
        men = self.count(1, "sex", "male", "rr")
        sex.deal("SEX", {"M": men, "F": len(again) - men}, again, self.random)
        for column, table, rows in (("i", 1, retreated), ("control", 4, control)):
            men = self.count(table, "sex", "male", column)
            men -= int((sex["SEX"][rows] == "M").sum())
            left = int((sex["SEX"][rows] == "").sum())
            sex.deal("SEX", {"M": men, "F": left - men}, rows, self.random)

    def _findings(self, block: str, course: Rows, table: int, column: str, rows: Column) -> None:
        """Deal out what a block of a table finds before a course."""
        name, values = FINDINGS[block]
        counts = {value: self.count(table, block, row, column) for row, value in values.items()}
        for value in counts:
            counts[value] -= int((course[name][rows] == value).sum())
        course.deal(name, counts, rows, self.random)

    def _origins(self) -> None:
        """Put the retreated in order of origin; the first of each origin are retreated twice."""
        retreated, control = self.members(RETREATED), self.members(CONTROL)
        origin = self.cohort.subjects["PRIMARY"]
        start, again = 0, []
        for row, name in ORIGINS.items():
            size = self.count(5, "pfs", row, "n")
            places = retreated[start : start + size]
            origin[places] = name
            again += list(places[: self.count(5, "pfs", row, "rr_n")])
            start += size
        self.cohort.has["RR-PRRT"] = np.array(again)
        known = {
            ORIGINS[row]: self.count(5, "pfs", row, "control_n") for row in ("midgut", "pancreatic")
        }
        rest = len(control) - sum(known.values())
        others = [name for name in ORIGINS.values() if name not in known]
        for place in range(rest):
            known[others[place % len(others)]] = known.get(others[place % len(others)], 0) + 1
        self.cohort.subjects.deal("PRIMARY", known, control, self.random)

    def _responses(self) -> None:
        first, second, third = (self.cohort.courses[epoch] for epoch in EPOCHS)
        retreated, control = self.members(RETREATED), self.members(CONTROL)
        again = self.cohort.has["RR-PRRT"]
        columns = {
            "PR": "pr",
            "SD": "sd",
            "PD": "pd",
            "NE": "ne",
            "CLINICAL PD": "clinical",
            "DIED": "died",
            "CR": "cr",
        }

        def printed(block: str, row: str) -> dict[str, int]:
            return {name: self.count(3, block, row, at) for name, at in columns.items()}

        # Of the retreated twice, midgut tumours progressed first: one never had anything better.
        counts = printed("after_salvage", "rr")
        early = again[self.cohort.subjects["PRIMARY"][again] == "MIDGUT"]
        third.deal(
            "BESTRESP", {"PD": counts["PD"], "SD": len(early) - counts["PD"]}, early, self.random
        )
        for name in counts:
            counts[name] -= int((third["BESTRESP"][again] == name).sum())
        third.deal("BESTRESP", counts, again, self.random)
        counts = printed("after_salvage", "r")
        # Who was retreated twice had at least 14 months without progression: PR or SD.
        good = {"PR": round(len(again) * counts["PR"] / (counts["PR"] + counts["SD"]))}
        good["SD"] = len(again) - good["PR"]
        second.deal("BESTRESP", good, again, self.random)
        # Foregut tumours are five, and their times need responders.
        few = retreated[self.cohort.subjects["PRIMARY"][retreated] == "FOREGUT"]
        second.deal(
            "BESTRESP", {"SD": int((second["BESTRESP"][few] == "").sum())}, few, self.random
        )
        left = {
            name: n - int((second["BESTRESP"][retreated] == name).sum())
            for name, n in counts.items()
        }
        second.deal("BESTRESP", left, retreated, self.random)
        levels = (counts["PR"], counts["SD"], counts["PD"], counts["CLINICAL PD"] + counts["DIED"])
        before = printed("after_i", "salvage")
        progressed = int(
            self.targets.value("progressed_after_response", "percent") * levels[2] / 100 + 0.5
        )
        rho = self.targets.value("response_correlation", "statistic")
        responders = before["PR"] + before["CR"]
        found = next(response_tables(levels, responders, progressed, rho), None)
        if found is None:
            raise NoSuchCohort(f"no table of these responses has a correlation of {rho}")
        names = (("PR",), ("SD",), ("PD",), ("CLINICAL PD", "DIED"))
        for level, responded in zip(names, found.responded, strict=True):
            rows = retreated[np.isin(second["BESTRESP"][retreated], level)]
            first.deal(
                "BESTRESP", {"PR": responded, "SD": len(rows) - responded}, rows, self.random
            )
        complete = self.random.choice(retreated[first["BESTRESP"][retreated] == "PR"], before["CR"])
        first["BESTRESP"][complete] = "CR"
        first.deal("BESTRESP", {"NE": before["NE"]}, retreated, self.random)
        first.deal("BESTRESP", printed("after_i", "control"), control, self.random)

    def _uptake(self) -> None:
        first, second, third = (self.cohort.courses[epoch] for epoch in EPOCHS)
        retreated, again = self.members(RETREATED), self.cohort.has["RR-PRRT"]

        def printed(table: int, column: str) -> dict[str, int]:
            return {str(k): self.count(table, "uptake", f"score_{k}", column) for k in (2, 3, 4)}

        third.deal("UPTAKE", printed(1, "rr"), again, self.random)
        first.deal("UPTAKE", printed(4, "control"), self.members(CONTROL), self.random)
        progressed = retreated[second["BESTRESP"][retreated] == "PD"]
        unknown = [pick_row(progressed, self.random, "PD of unknown uptake")]
        lost = retreated[np.isin(second["BESTRESP"][retreated], ("CLINICAL PD", "DIED"))]
        unknown.append(pick_row(lost, self.random, "lost early, of unknown uptake"))
        first["UPTAKE"][unknown] = "4"  # with lower scores more patients fall by two steps
        before, after = printed(1, "i"), printed(1, "r")
        before["4"] -= len(unknown)
        lower, higher = (
            int(self.targets.value(f"uptake_{way}", "n")) for way in ("lower", "higher")
        )
        moves = transitions(list(before.values()), list(after.values()), lower, higher)
        levels = [
            [row for row in retreated if second["BESTRESP"][row] in names and row not in unknown]
            for names in (("PR",), ("SD",), ("PD",), ("CLINICAL PD", "DIED"))
        ]
        in_pd = int(self.targets.value("progressed_lower", "n"))
        statistic = self.targets.value("uptake_test", "statistic")
        sizes = tuple(len(rows) for rows in levels)
        table = next(change_tables(sizes, lower, higher, in_pd, statistic), None)
        if table is None:
            raise NoSuchCohort(f"no table of these changes has a chi-squared of {statistic}")
        pools = {
            "lower": [m for m, k in moves.items() for _ in range(k) if m[1] < m[0]],
            "higher": [m for m, k in moves.items() for _ in range(k) if m[1] > m[0]],
            "same": [m for m, k in moves.items() for _ in range(k) if m[1] == m[0]],
        }
        for pool in pools.values():
            self.random.shuffle(pool)
        for level, rows in enumerate(levels):
            rows = list(self.random.permutation(rows))
            for way, count in zip(pools, table[:, level], strict=True):
                for _ in range(count):
                    row, (old, new) = rows.pop(), pools[way].pop()
                    first["UPTAKE"][row], second["UPTAKE"][row] = str(old), str(new)
        for row in retreated[second["BESTRESP"][retreated] == "NE"]:
            old, new = pools["same"].pop()
            first["UPTAKE"][row], second["UPTAKE"][row] = str(old), str(new)

    def _grade_3(self) -> None:
        """Deal out the highest tumour grade, whose few patients the text tells one by one."""
        first, second = self.cohort.courses["I-PRRT"], self.cohort.courses["R-PRRT"]
        free = np.setdiff1d(self.members(RETREATED), self.cohort.has["RR-PRRT"])
        wanted = {
            name: int(self.targets.value(f"grade_3_{name.lower()}", "n")) for name in ("PR", "SD")
        }
        grade = self.count(1, "who_grade", "grade_3", "i")
        wanted["PD"] = grade - sum(wanted.values())
        before = int(self.targets.value("grade_3_pr_before", "n"))
        for level, count in wanted.items():
            for _ in range(count):
                response = "PR" if before > 0 and level != "PD" else "SD"
                rows = free[
                    (second["BESTRESP"][free] == level)
                    & (first["BESTRESP"][free] == response)
                    & (first["WHOGRADE"][free] == "")
                ]
                row = pick_row(rows, self.random, f"{level} after {response} with grade 3")
                first["WHOGRADE"][row] = "3"
                before -= response == "PR"

    def _unknowns(self) -> None:
        """Take back what the paper counts as unknown, and follow what hangs together."""
        first, second = self.cohort.courses["I-PRRT"], self.cohort.courses["R-PRRT"]
        retreated = self.members(RETREATED)
        # What kept a subject from a score kept it from the extent: the same two.
        swap = retreated[(second["UPTAKE"][retreated] == "") & (second["EXTENT"][retreated] != "")]
        for row in swap:
            other = retreated[
                (second["EXTENT"][retreated] == "") & (second["UPTAKE"][retreated] != "")
            ][0]
            second["EXTENT"][other], second["EXTENT"][row] = second["EXTENT"][row], ""
        # Who was not evaluable by RECIST progressed on the OctreoScan.
        for row in retreated[first["BESTRESP"][retreated] == "NE"]:
            other = self.random.choice(retreated[second["PROGBY"][retreated] == "OCTREOSCAN"])
            second["PROGBY"][row], second["PROGBY"][other] = (
                second["PROGBY"][other],
                second["PROGBY"][row],
            )
