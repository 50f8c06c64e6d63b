"""What sections of relance.yaml are made of: frozen models with documented French keys, and the
types of their values, each with how it is read and what an editor is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Strict,
    Tag,
    WithJsonSchema,
)

from relance.policy.trade_values import (
    NamedBy,
    read_day,
    read_half_year,
    read_named_by,
    read_period,
    read_terms,
)
from relance.policy.value_checks import (
    META_KEY,
    matching,
    read_amount,
    read_mailbox,
    read_port,
    read_text,
    read_whole,
    read_word,
    several,
)
from relance.text.addresses import Mailbox
from relance.values.kinds import Channel, DebtorType, Profile, Tone
from relance.values.terms import LimitationPeriod, Terms


def _table_or_not(value: object) -> str:
    return "#table" if isinstance(value, Mapping) else "#valeur"


_NUMERIC = {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]+(\.[0-9]+)?$"}


def _count(low: int) -> tuple[BeforeValidator, WithJsonSchema]:
    schema = {"type": ["integer", "string"], "minimum": low, "pattern": "^[-+]?[0-9]+$"}
    return BeforeValidator(partial(read_whole, low)), WithJsonSchema(schema)


def one_of(words: type[StrEnum]) -> BeforeValidator:
    """What takes only the words of an enumeration."""
    return BeforeValidator(partial(read_word, words))


Text = Annotated[str, BeforeValidator(read_text), WithJsonSchema({"type": ["string", "number"]})]
Name = Annotated[str, matching(r"\w[\w-]*", "n'est pas un nom", "lettres, chiffres et tirets")]
Account = Annotated[
    str, matching(r"[^\s:]+(:[^\s:]+)*", "n'est pas un compte", "par exemple Actifs:Clients")
]
MetaKey = Annotated[str, matching(META_KEY, "n'est pas une métadonnée", "minuscules sans accent")]
Currency = Annotated[
    str, matching("[A-Z][A-Z0-9'._-]*", "n'est pas une devise", "en capitales : EUR, USD…")
]
Postbox = Annotated[Mailbox, PlainValidator(read_mailbox, json_schema_input_type=str)]
Postboxes = Annotated[
    tuple[Postbox, ...], BeforeValidator(several, json_schema_input_type=str | list[str])
]
Port = Annotated[
    int,
    BeforeValidator(read_port),
    WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]{1,5}$"}),
]
Offset = Annotated[int, *_count(-9999)]
Days = Annotated[int, *_count(0)]
AtLeastOne = Annotated[int, *_count(1)]
Millimetres = Annotated[int, *_count(1)]
Amount = Annotated[Decimal, BeforeValidator(read_amount), WithJsonSchema(_NUMERIC)]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(read_day)]
HalfYear = Annotated[date, BeforeValidator(read_half_year)]
Accounts = Annotated[
    tuple[Account, ...], BeforeValidator(several, json_schema_input_type=Account | list[Account])
]
MetaKeys = Annotated[
    tuple[MetaKey, ...], BeforeValidator(several, json_schema_input_type=MetaKey | list[MetaKey])
]
Mark = Annotated[
    str, matching("[A-Za-z0-9_/.-]+", "n'est ni une clé ni une étiquette", "sans #, ^ ni accent")
]
Marks = Annotated[
    tuple[Mark, ...], BeforeValidator(several, json_schema_input_type=Mark | list[Mark])
]
_Naming = Literal["beneficiaire"] | dict[Literal["meta"], MetaKey]
ClientNames = Annotated[
    tuple[Annotated[NamedBy, PlainValidator(read_named_by, json_schema_input_type=_Naming)], ...],
    BeforeValidator(several, json_schema_input_type=_Naming | list[_Naming]),
]
Medium = Annotated[Channel, one_of(Channel)]
Channels = Annotated[
    tuple[Medium, ...], BeforeValidator(several, json_schema_input_type=Channel | list[Channel])
]
Debtor = Annotated[DebtorType, one_of(DebtorType)]
Debtors = Annotated[
    tuple[Debtor, ...], BeforeValidator(several, json_schema_input_type=Debtor | list[Debtor])
]
Payer = Annotated[Profile, one_of(Profile)]
Payers = Annotated[
    tuple[Payer, ...], BeforeValidator(several, json_schema_input_type=Payer | list[Payer])
]
Currencies = Annotated[
    tuple[Currency, ...],
    BeforeValidator(several, json_schema_input_type=Currency | list[Currency]),
]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(several, json_schema_input_type=Text | list[Text])
]
PaymentTerms = Annotated[Terms, PlainValidator(read_terms, json_schema_input_type=int | str)]
LimitationTerm = Annotated[
    LimitationPeriod, PlainValidator(read_period, json_schema_input_type=str)
]
Voice = Annotated[Tone, one_of(Tone)]
ByDebtor = Annotated[
    Annotated[AtLeastOne, Tag("#valeur")]
    | Annotated[dict[Annotated[DebtorType, one_of(DebtorType)], AtLeastOne], Tag("#table")],
    Discriminator(_table_or_not),
]
ByCurrency = Annotated[
    Annotated[Amount, Tag("#valeur")] | Annotated[dict[Currency, Amount], Tag("#table")],
    Discriminator(_table_or_not),
]


class Section(BaseModel):
    """A mapping of the file: its keys and no others."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,  # each section within the policy that holds it, not also by itself
        extra="forbid",
        validate_default=True,
        validate_by_alias=True,
        validate_by_name=True,  # for values made in code: a file is read by its French keys alone
    )


def key(name: str, description: str, default: object = ...) -> Any:
    """A key: its French name, its documentation, its default as one would write it."""
    return Field(default, validation_alias=name, title=name, description=description)
