"""What the books say of how clients pay and of what reminders bring.

Figures only: what they look like in the terminal is in `terminal/views`. Front door:
`measuring.measure` gives every figure of a day; `table` declares each once for programs, paper and
screen; `printed` makes a Markdown file and a PDF, `drawing` the drawings where matplotlib is.
"""

from relance.report.measuring import Measures, Report, measure
from relance.report.period import Period, last_months, parse_period

__all__ = ["Measures", "Period", "Report", "last_months", "measure", "parse_period"]
