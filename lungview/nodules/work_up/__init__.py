"""All that is said of a nodule: measures, change, risks, recommendation, each with what it rests on."""
