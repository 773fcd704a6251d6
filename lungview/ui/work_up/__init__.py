"""The work-up of a nodule in the window: questions, risks, recommendation, growth, report."""
