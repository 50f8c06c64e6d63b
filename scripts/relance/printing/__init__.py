"""Letters on paper: one file to print, the list that goes with it, the sheets of the calls."""

from relance.printing.calls import call_list
from relance.printing.jobs import PrintJob, PrintRun, PrintSetting
from relance.printing.run import check_slip, print_run

__all__ = ["PrintJob", "PrintRun", "PrintSetting", "call_list", "check_slip", "print_run"]
