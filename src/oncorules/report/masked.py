"""Reports that can be shown to those who must not know who is in a trial."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from oncorules.rules.session import Session
from oncorules.validation.subjects import list_values
from oncorules.validation.whereabouts import numbers_of

SALT = "ONCORULES_SALT"
"""The variable of the environment that holds the salt, a text that only its owners know."""
DIGITS = 12
_WORD = re.compile(r"[^\s,;:'\"()<>\[\]{}=]+")


@dataclass(frozen=True)
class Mask:
    """Other names for subjects and findings.

    A mask is a keyed hash: the identities of subjects are few and follow a pattern, so that
    anybody could find them by hashing all of them, were there no salt.

    Attributes:
        salt: the key.
        subjects: every USUBJID of the export, with its SUBJID where one is known.
        lasting: whether the same subject is called the same in other runs.
    """

    salt: bytes = field(repr=False)
    subjects: Mapping[str, str | None] = field(repr=False)
    lasting: bool = True

    def subject(self, name: str | None) -> str | None:
        """Return what a subject is called, None where there is none."""
        return None if name is None else f"S-{self._hash('subject', name)[:DIGITS]}"

    def finding(self, finding_id: str) -> str:
        """Return what a finding is called: its identity could be guessed as a subject's could."""
        return self._hash("finding", finding_id)[: len(finding_id)]

    def text(self, text: str, subject: str | None = None) -> str:
        """Return a text with the subjects of the export masked.

        Args:
            text: the text.
            subject: whom it is about; this subject's SUBJID is masked as well.
        """
        own = self.subjects.get(subject) if subject is not None else None
        if subject is not None and _WORD.fullmatch(subject) is None:
            text = text.replace(subject, self.subject(subject) or "")

        def masked(found: re.Match[str]) -> str:
            word = found[0]
            bare = word.rstrip(".!?")  # the end of a sentence
            if bare in self.subjects:
                return (self.subject(bare) or "") + word[len(bare) :]
            if own is not None and bare == own:
                return (self.subject(subject) or "") + word[len(bare) :]
            return word

        return _WORD.sub(masked, text)

    def _hash(self, kind: str, text: str) -> str:
        return hmac.new(self.salt, f"{kind}|{text}".encode(), hashlib.sha256).hexdigest()


class Masking:
    """Whether the reports of a run name its subjects; the mask is made when one needs it.

    Attributes:
        mask: the mask, once it was needed.
    """

    def __init__(self, session: Session, asked: bool | None) -> None:
        """Take what was asked for.

        Args:
            session: the run.
            asked: whether to mask; None masks what is for servers and names subjects to people.
        """
        self._session, self._asked = session, asked
        self.mask: Mask | None = None

    def of(self, for_servers: bool) -> Mask | None:
        """Return the mask of a report, None when it may name subjects."""
        hidden = for_servers if self._asked is None else self._asked
        if hidden and self.mask is None:
            self.mask = mask_of(self._session)
        return self.mask if hidden else None


def mask_of(session: Session) -> Mask:
    """Return the mask of a run, with the salt of the environment or one of its own.

    Args:
        session: the run.
    """
    salt = os.environ.get(SALT, "").encode()
    numbers = numbers_of(session)
    subjects = {name: numbers.get(name) for name in list_values(session, "USUBJID")}
    return Mask(salt or secrets.token_bytes(32), subjects, lasting=bool(salt))
