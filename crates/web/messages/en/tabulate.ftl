# Counting dossiers.
office-tabulate = Count
tabulate-title = Count dossiers
tabulate-lede = Choose a figure and a period. What is counted becomes a draft: its counts stay sealed, the bench shows what could be printed, and another person releases it. Somebody of the node’s own agency counts every agency’s dossiers, anybody else their own.
tabulate-figure = Figure
tabulate-own = A line of my own
tabulate-from = From
tabulate-to = To
tabulate-period-hint = Years, or months as 2024-03; both are included.
tabulate-line-title = A line of my own
tabulate-line = What is counted, by what, of whom, over which months, on which date
tabulate-line-hint = For example:
tabulate-name = What the draft is called
tabulate-name-hint = Left empty, it is called after the figure and the period.
tabulate-act-hint = Counting is kept in the log.
tabulate-send = Count and keep as a draft
tabulate-refused = Nothing was counted: {$said}
release-why-counted = It was counted of this node’s own records, as they stood after act {$act} of the journal, by this line; it can be counted again:
