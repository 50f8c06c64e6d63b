"""Letters on paper: one file to print, the list that goes with it."""

from relance.paper.print_jobs import PrintJob, PrintRun, PrintSetting
from relance.printing.run import check_slip, print_run

__all__ = ["PrintJob", "PrintRun", "PrintSetting", "check_slip", "print_run"]
