# What a node of an invented State says on every page.
synthetic-label = What this node is
# Where all that stands on the page is the node's own.
synthetic-own = Synthetic: an invented State and invented persons. Nobody on this page exists.
# Where figures of real States stand beside it.
synthetic-beside = Synthetic node: its State, its persons and whatever it releases are invented. Public figures on this page that name another source are real.
# Within a drawing of the node's own figures.
synthetic-mark = Synthetic: invented State
