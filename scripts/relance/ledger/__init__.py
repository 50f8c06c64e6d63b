"""Beancount in and out: the books, the clients, the register of letters among them.

The only package that imports Beancount. It reads facts and writes directives; what they mean for
a claim is worked out in `claims`. Front door: `company.read_company`, `books.read_books`,
`register_writer.write_run`.
"""
