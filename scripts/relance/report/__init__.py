"""What the books say of how clients pay and of what reminders bring.

`measure` gives every figure of a day as one `Report`; `table` declares each by heading, name and
unit, for programs, paper and screen; `printed` makes a Markdown file and a PDF, `plots` the
drawings.
"""

from relance.report.measuring import Measures, Report, measure
from relance.report.period import Period, last_months, parse_period

__all__ = ["Measures", "Period", "Report", "last_months", "measure", "parse_period"]
