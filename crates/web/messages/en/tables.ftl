# Imported tables.
tables-title = Imported tables
tables-lede = Public tables of other publishers that this node has imported. Cells are shown as printed, masks included.
tables-none = This node has imported no table yet.
tables-size =
    { $count ->
        [one] { $count } cell
       *[other] { $count } cells
    }
tables-rows = Rows
tables-columns = Columns
tables-no-columns = No columns
tables-all = All, summed
tables-all-overlapping = All (codes overlap)
tables-value = Value
tables-caption =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }, as printed by the publisher
tables-caption-summed =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }, summed from what the publisher printed
tables-summed = Summed over:
tables-refused = The sum is refused.
tables-empty = The source has no cell for this choice.
tables-cut = The page shows only the first rows and columns; the files hold all of them.
tables-cells = How to read masked and absent cells:
tables-area = Area
tables-nationality = Nationality
tables-sex = Sex
tables-age = Age
tables-indicator = Indicator
tables-dimension = Dimension
tables-category = Category
tables-border = Border
