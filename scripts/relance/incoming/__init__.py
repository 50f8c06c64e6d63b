"""Files that come in, read into facts: invoices, bank statements, sheets, known by their content.

Each reader is one module with one function, from bytes (and the file's name, for what is said of
it) to frozen facts, faults and remarks. It knows no books, no folder and no clock: who writes what
came in decides what it becomes. Front door: `recognition.recognise`,
`reading.Reading`, `invoice.Invoice`.
"""
