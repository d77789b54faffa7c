# Refusals.
problem-title = That could not be read
problem-title-lost = There is no such page
problem-ways = These pages exist:
problem-label-field = Field
problem-label-found = Found
problem-label-allowed = Allowed
problem-not-found = Nothing stands at “{ $found }”.
problem-method-not-allowed = This address is only read; “{ $found }” is not taken.
problem-unknown-field = The address has a field “{ $field }” that this page does not know.
problem-repeated-field = The field “{ $field }” is given more than once.
problem-missing-field = The field “{ $field }” is needed.
problem-not-a-date = “{ $found }” in the field “{ $field }” is not a date. A date is written like 2013-09-04.
problem-date-outside = The day { $found } in the field “{ $field }” has not come yet ({ $allowed }).
problem-not-in-list = “{ $found }” is not a value of the field “{ $field }”.
problem-too-long = The text of the field “{ $field }” is longer than { $allowed } characters.
problem-sum-refused = The sum was refused. { $found }
problem-internal = The page could not be made; the fault is ours.
