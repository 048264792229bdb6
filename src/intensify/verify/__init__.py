"""The engine against reference cases: closed forms, independent codes, published data."""

from intensify.verify.case import Case, read_case
from intensify.verify.report import Report
from intensify.verify.runner import run, verify

__all__ = ["Case", "Report", "read_case", "run", "verify"]
