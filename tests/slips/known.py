"""The kinds of slips that are not caught yet: how many go wrong with the usual seeds.

Whoever mends a kind takes it out, or corrects its count.
"""

KNOWN: dict[str, int] = {
    "amount-comma-and-three-digits": 4,
    "currency-of-an-invoice-mistyped": 2,
    "amount-of-an-invoice-zero": 4,
    "amount-of-a-payment-zero": 4,
    "exclusion-miswritten": 4,
    "name-of-another-client": 6,
    "address-and-email-of-another-client": 8,
    "date-of-an-invoice-a-year-late": 5,
    "date-of-a-payment-a-year-late": 5,
    "date-a-month-off": 1,
    "due-of-two-instalments-the-same": 7,
    "due-of-an-instalment-forgotten": 3,
    "due-after-a-semicolon": 6,
    "invoice-on-no-client": 1,
    "credit-on-no-client": 1,
    "invoice-on-the-account-above": 1,
    "key-that-says-another-number": 1,
    "line-of-the-client-in-a-comment": 6,
    "include-forgotten": 2,
    "policy-rate-in-another-unit": 4,
    "link-of-another-credit-forgotten": 4,
    "link-of-another-invoice-of-the-client": 1,
    "number-key-forgotten-once": 1,
    "number-keys-crossed": 3,
    "number-under-the-line-of-the-bank": 2,
    "tag-of-a-credit-note-on-a-payment": 1,
    "sort-of-a-note-in-other-words": 4,
    "sort-of-a-note-forgotten": 2,
    "sort-of-a-note-in-its-words": 4,
    "note-a-year-late": 5,
    "note-as-a-document": 6,
}
