"""Bank files made up: a company's statement written as banks write it, in each format.

What a format cannot say is left out: CFONB and MT940 know no accents here, OFX no opening balance.
The companies, people and accounts are fictional.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from xml.sax.saxutils import escape

from relance.incoming.csv_profiles import CsvProfile

IBAN = "FR7630001007941234567890185"
BANK, BRANCH, NUMBER = "30001", "00794", "12345678901"


@dataclass(frozen=True)
class Paid:
    """A movement to write: a payment received when `amount` > 0. `reject` is the reason for which
    an earlier payment came back (AC04 in ISO's words, two figures in CFONB's)."""

    date: dt.date
    amount: Decimal
    label: str
    party: str = ""
    iban: str = ""
    end_to_end: str = ""
    reference: str = ""
    reject: str = ""
    structured: str = ""


@dataclass(frozen=True)
class Month:
    """A statement to write; it ties."""

    opening: Decimal
    movements: tuple[Paid, ...]
    first: dt.date
    last: dt.date
    iban: str = IBAN

    @property
    def codes(self) -> tuple[str, str, str]:
        """Bank, branch and number of a French account."""
        return self.iban[4:9], self.iban[9:14], self.iban[14:25]

    @property
    def closing(self) -> Decimal:
        return self.opening + sum(paid.amount for paid in self.movements)


_NAMES = [
    "MENUISERIE DESIRE SARL",
    "NADIA ETIENNE",
    "COMMUNE DE VALBOIS",
    "SALLE EQUILIBRE SAS",
    "SCI DES TILLEULS",
    "GARAGE MULLER ET FILS",
    "PHARMACIE DU MARCHE",
    "EARL LA BORIE",
]


def made_up(seed: int, count: int, start: dt.date = dt.date(2026, 1, 1)) -> Month:
    """A statement of so many movements in at most one year, two thirds of them received."""
    rng = random.Random(seed)
    days = sorted(rng.randrange(365) for _ in range(count))
    movements = tuple(_movement(rng, start, day, n) for n, day in enumerate(days))
    last = start + dt.timedelta(days[-1] if days else 30)
    return Month(Decimal(rng.randrange(10**6)) / 100, movements, start, last)


def _movement(rng: random.Random, start: dt.date, day: int, n: int) -> Paid:
    date = start + dt.timedelta(day)
    cents = Decimal(rng.randrange(100, 500_000)) / 100
    if rng.random() < 1 / 3:
        return Paid(date, -cents, "PRLV SEPA FOURNISSEUR", "PAPETERIE MARTIN", reference=f"D{n:07}")
    who = rng.randrange(len(_NAMES))
    invoice = f"F{date.year}-{rng.randrange(1, 9999):04}"
    label = rng.choice([f"FACTURE {invoice}", f"VIR {invoice} MERCI", "REGLEMENT", invoice])
    payer = f"FR76300040082800012345{who:03}76"
    return Paid(date, cents, label, _NAMES[who], payer, f"E2E-{n}", f"C{n:07}")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.upper().split())


# ---------------------------------------------------------------- camt.053


def camt(*months: Month, sort: str = "053", version: str = "02", batch: bool = False) -> bytes:
    """camt.053, .052 or .054; with `batch`, the movements of a day are one entry."""
    message, part = {
        "053": ("BkToCstmrStmt", "Stmt"),
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[sort]
    newer = int(version) >= 8
    statements = "\n".join(_camt_part(month, part, sort, batch, newer) for month in months)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{sort}.001.{version}">\n'
        f"<{message}><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-31T07:00:00</CreDtTm></GrpHdr>\n"
        f"{statements}\n</{message}></Document>\n"
    ).encode()


def _camt_part(month: Month, part: str, sort: str, batch: bool, newer: bool) -> str:
    balances = ""
    if sort == "053":
        balances = _camt_balance("OPBD", month.opening, month.first)
        balances += _camt_balance("CLBD", month.closing, month.last)
    groups: dict[object, list[Paid]] = {}
    for n, paid in enumerate(month.movements):
        key = (paid.date, paid.amount > 0, bool(paid.reject)) if batch else n
        groups.setdefault(key, []).append(paid)
    entries = "\n".join(_camt_entry(group, newer) for group in groups.values())
    return (
        f"<{part}><Id>S-{month.first:%Y%m}</Id><CreDtTm>2026-01-31T07:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{month.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        f"{balances}{entries}\n</{part}>"
    )


def _camt_balance(code: str, amount: Decimal, day: dt.date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_camt_amount(amount)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_amount(amount: Decimal) -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{abs(amount):.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _camt_text(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _camt_entry(group: list[Paid], newer: bool) -> str:
    first = group[0]
    amount = sum((paid.amount for paid in group), Decimal(0))
    reversal = "<RvslInd>true</RvslInd>" if first.reject else ""
    state = "<Sts><Cd>BOOK</Cd></Sts>" if newer else "<Sts>BOOK</Sts>"
    payments = "".join(_camt_payment(paid, newer) for paid in group)
    return (
        f"<Ntry>{_camt_amount(amount)}{reversal}{state}"
        f"<BookgDt><Dt>{first.date}</Dt></BookgDt><ValDt><Dt>{first.date}</Dt></ValDt>"
        f"{_camt_text('AcctSvcrRef', first.reference)}<BkTxCd/>"
        f"<NtryDtls>{payments}</NtryDtls></Ntry>"
    )


def _camt_payment(paid: Paid, newer: bool) -> str:
    # The parties of a payment that came back are those of the payment: its debtor is the client.
    side = "Dbtr" if (paid.amount > 0) is not bool(paid.reject) else "Cdtr"
    name = f"<Nm>{escape(paid.party)}</Nm>"
    name = f"<Pty>{name}</Pty>" if newer else name
    account = f"<{side}Acct><Id><IBAN>{paid.iban}</IBAN></Id></{side}Acct>" if paid.iban else ""
    parties = f"<RltdPties><{side}>{name}</{side}>{account}</RltdPties>" if paid.party else ""
    structured = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{escape(paid.structured)}</Ref></CdtrRefInf></Strd>"
        if paid.structured
        else ""
    )
    returned = f"<RtrInf><Rsn><Cd>{paid.reject}</Cd></Rsn></RtrInf>" if paid.reject else ""
    amount = f'<Amt Ccy="EUR">{abs(paid.amount):.2f}</Amt>'
    amount = (
        f"{amount}{_camt_amount(paid.amount).partition('</Amt>')[2]}"
        if newer
        else f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    )
    return (
        f"<TxDtls><Refs>{_camt_text('AcctSvcrRef', paid.reference)}"
        f"<EndToEndId>{escape(paid.end_to_end) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{amount}{parties}<RmtInf><Ustrd>{escape(paid.label)}</Ustrd>{structured}</RmtInf>"
        f"{returned}</TxDtls>"
    )


# ---------------------------------------------------------------- CFONB 120


def cfonb(*months: Month) -> bytes:
    """CFONB 120, with the records 05 that complete each movement."""
    records = [record for month in months for record in _cfonb_records(month)]
    return "".join(f"{record:120}\r\n" for record in records).encode("ascii")


def _cfonb_records(month: Month) -> Iterator[str]:
    code, branch, number = month.codes
    account = f"{code}    {branch}EUR2 {number}  "
    yield _cfonb_balance("01", account, month.first, month.opening)
    for paid in month.movements:
        day = f"{paid.date:%d%m%y}"
        head = f"{account}{day}"
        label = _ascii(paid.label)
        yield (
            f"04{head}{paid.reject[:2]:2}{day}{label[:31]:31}".ljust(90)
            + overpunched(paid.amount)
            + f"{_ascii(paid.reference):16.16}"
        )
        party = "NPY" if paid.amount > 0 else "NBE"
        for qualifier, text in (
            *((("LIB", label),) if len(label) > 31 else ()),
            (party, _ascii(paid.party)),
            ("CPY" if paid.amount > 0 else "CBE", paid.iban),
            ("RCN", paid.end_to_end),
            ("LCS", paid.structured),
        ):
            if text:
                yield f"05{head[:-2]}{day[-2:]}     {qualifier}{text[:70]}"
    yield _cfonb_balance("07", account, month.last, month.closing)


def _cfonb_balance(code: str, account: str, day: dt.date, amount: Decimal) -> str:
    head = f"{code}{account}{day:%d%m%y}"
    return f"{head:90}{overpunched(amount)}"


def overpunched(amount: Decimal) -> str:
    """Fourteen places, the last one a figure and the sign."""
    figures = f"{int(abs(amount) * 100):014}"
    signs = "{ABCDEFGHI" if amount >= 0 else "}JKLMNOPQR"
    return figures[:-1] + signs[int(figures[-1])]


# ---------------------------------------------------------------- OFX and MT940


def ofx(*months: Month, sgml: bool = True) -> bytes:
    """OFX 1.02 without closing tags, or OFX 2 as XML."""
    body = "\n".join(_ofx_statement(month, sgml) for month in months)
    head = (
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n"
        if sgml
        else '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
    )
    text = f"{head}<OFX><BANKMSGSRSV1>\n{body}\n</BANKMSGSRSV1></OFX>\n"
    return text.encode("cp1252" if sgml else "utf-8", "replace")


def _ofx_statement(month: Month, sgml: bool) -> str:
    def tag(name: str, text: str) -> str:
        return f"<{name}>{escape(text)}" + ("\n" if sgml else f"</{name}>")

    lines = "".join(
        "<STMTTRN>"
        + tag("TRNTYPE", "CREDIT" if paid.amount > 0 else "DEBIT")
        + tag("DTPOSTED", f"{paid.date:%Y%m%d}120000")
        + tag("TRNAMT", f"{paid.amount:.2f}")
        + tag("FITID", paid.reference or f"N{n}")
        + tag("NAME", paid.label[:32])
        + tag("MEMO", " ".join(filter(None, (paid.label[32:], paid.party, paid.end_to_end))))
        + "</STMTTRN>\n"
        for n, paid in enumerate(month.movements)
    )
    code, branch, number = month.codes
    account = tag("BANKID", code) + tag("BRANCHID", branch) + tag("ACCTID", number)
    balance = tag("BALAMT", f"{month.closing:.2f}") + tag("DTASOF", f"{month.last:%Y%m%d}")
    return (
        f"<STMTTRNRS><STMTRS>{tag('CURDEF', 'EUR')}<BANKACCTFROM>{account}</BANKACCTFROM>\n"
        f"<BANKTRANLIST>{lines}</BANKTRANLIST><LEDGERBAL>{balance}</LEDGERBAL></STMTRS></STMTTRNRS>"
    )


def mt940(*months: Month) -> bytes:
    """MT940 with the subfields of field 86."""
    return "".join(_mt940_message(month) for month in months).encode()


def _mt940_message(month: Month) -> str:
    lines = [":20:RELEVE", f":25:{month.iban}EUR", f":28C:{month.first:%m}/1"]
    lines.append(f":60F:{_mt940_balance(month.first, month.opening)}")
    for paid in month.movements:
        sign = "C" if paid.amount >= 0 else "D"
        sums = f"{abs(paid.amount):.2f}".replace(".", ",")
        reference = _ascii(paid.reference)[:16]
        lines.append(f":61:{paid.date:%y%m%d}{paid.date:%m%d}{sign}{sums}NTRFNONREF//{reference}")
        text = _ascii(f"EREF+{paid.end_to_end or 'NOTPROVIDED'}SVWZ+{paid.label}")
        chunks = [text[begin : begin + 27] for begin in range(0, len(text), 27)][:10]
        fields = "".join(f"?{20 + n}{chunk}" for n, chunk in enumerate(chunks))
        party = _ascii(paid.party)
        details = f"166?00VIR{fields}?31{paid.iban}?32{party[:27]}?33{party[27:]}"
        wrapped = [details[begin : begin + 65] for begin in range(0, len(details), 65)]
        lines += [f":86:{wrapped[0]}", *wrapped[1:]]
    lines += [f":62F:{_mt940_balance(month.last, month.closing)}", "-"]
    return "".join(f"{line}\r\n" for line in lines)


def _mt940_balance(day: dt.date, amount: Decimal) -> str:
    sums = f"{abs(amount):.2f}".replace(".", ",")
    return f"{'C' if amount >= 0 else 'D'}{day:%y%m%d}EUR{sums}"


# ---------------------------------------------------------------- CSV


def csv_export(month: Month, profile: CsvProfile, above: str = "") -> bytes:
    """The export of a bank whose columns a profile names, the newest line first."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    columns = profile.named
    writer.writerow(columns)
    after = month.closing
    for paid in reversed(month.movements):
        writer.writerow(_csv_row(paid, after, profile)[name] for name in columns)
        after -= paid.amount
    return (above + stream.getvalue()).encode("cp1252", "replace")


def _csv_row(paid: Paid, after: Decimal, profile: CsvProfile) -> dict[str, str]:
    def written(amount: Decimal) -> str:
        grouped = (
            f"{amount:,.2f}".replace(",", "\u00a0") if profile.decimal == "," else f"{amount:.2f}"
        )
        return grouped.replace(".", profile.decimal)

    row = dict.fromkeys(profile.labels, paid.label)
    row |= {profile.date: f"{paid.date:%d/%m/%Y}", profile.value_date: f"{paid.date:%d/%m/%Y}"}
    row |= {profile.amount: written(paid.amount), profile.balance: written(after)}
    row |= {profile.debit: written(paid.amount) if paid.amount < 0 else ""}
    row |= {profile.credit: written(paid.amount) if paid.amount > 0 else ""}
    row |= {profile.reference: paid.reference, profile.party: paid.party}
    row |= {profile.currency: "EUR", profile.account: NUMBER, profile.party_iban: paid.iban}
    return row | {profile.status: profile.booked[0] if profile.booked else ""}


def cut(month: Month, day: dt.date) -> tuple[Month, Month]:
    """Two statements that follow one another: up to a day, and from the next one on."""
    before = tuple(paid for paid in month.movements if paid.date <= day)
    after = tuple(paid for paid in month.movements if paid.date > day)
    first = replace(month, movements=before, last=day)
    return first, replace(month, opening=first.closing, movements=after, first=day)
