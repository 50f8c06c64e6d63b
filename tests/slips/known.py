"""What is known of slips that no letter shows: the kinds that are not caught yet, and why some
slips are a valid change of the facts.

A kind is put into `KNOWN` with how many of it go wrong with the usual seeds, by whoever finds it,
and out of it by whoever mends it. None is there.
"""

KNOWN: dict[str, int] = {}

ANOTHER_SUM = (
    "another sum to the cent, whose entry balances: nothing else in the books has the right"
)
ANOTHER_DAY = "another day near enough: neither number, file nor due date contradicts it"
MEANT = "the note says so, of an invoice that the client has"

# By kind: what makes the books with the slip plausible in every respect. Every kind of which some
# slip is judged valid is here, and no other.
VALID = {
    "amount-digits-swapped": ANOTHER_SUM,
    "amount-digit-doubled": ANOTHER_SUM,
    "amount-digit-forgotten": ANOTHER_SUM,
    "amount-point-forgotten": ANOTHER_SUM,
    "date-day-for-month": ANOTHER_DAY,
    "date-digits-swapped": ANOTHER_DAY,
    "date-a-month-off": ANOTHER_DAY,
    "date-of-an-invoice-a-year-late": "the number bears the year that the slip makes",
    "date-of-a-payment-a-year-early": "money before its invoice, not more than it: a deposit",
    "date-of-a-payment-a-year-late": "a late payer, a year after, in the books of that year",
    "due-day-for-month": ANOTHER_DAY,
    "due-digits-swapped": ANOTHER_DAY,
    "due-a-month-off": ANOTHER_DAY,
    "due-forgotten": "the client's terms hold, as where no due date is ever written",
    "due-of-an-instalment-forgotten": "what is not retained is due by the client's terms",
    "payment-pasted-twice-with-another-date": "two equal parts, not more together than is owed",
    "link-of-a-payment-forgotten": "money without a reference pays the oldest due, and is told",
    "link-of-an-invoice-digits-swapped": "nothing else knows the right number, nor any the wrong",
    "link-of-an-invoice-of-another-year": "nothing else knows the right number, nor any the wrong",
    "link-of-an-invoice-with-another-separator": "its own number, spelt so by its author alone",
    "link-of-another-invoice-of-the-client": "an invoice of the client that the sum fits",
    "sort-of-a-note-forgotten": "a word for memory: nothing in it says that it should hold",
    "note-on-another-client": MEANT,
    "note-without-its-link": "a note without a link speaks of the whole account",
    "note-on-another-invoice": MEANT,
    "end-of-a-note-a-month-early": "a promise or a hold until that day, after the note's own",
    "note-in-a-comment": "a note taken out is no note",
}
