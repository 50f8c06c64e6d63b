"""What every room speaks: problems, amounts, kinds, days, and the facts of books and letters.

Plain frozen values that know no file and no library of the trade. Front door: `problem.Problem`
and `Refusal`, `amounts.Money`, `facts.Books`, `issued.IssuedLetter`.
"""
