"""Pages of feedback: one file for each notebook of a submission, by nbgrader's command or many at once."""

from gradlab.feedback.exporter import FeedbackExporter
from gradlab.feedback.policy import Feedback

__all__ = ["Feedback", "FeedbackExporter"]
