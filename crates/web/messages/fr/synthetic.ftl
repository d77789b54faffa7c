# What a node of an invented State says on every page.
synthetic-label = Ce qu’est ce nœud
# Where all that stands on the page is the node's own.
synthetic-own = Synthétique : un État inventé et des personnes inventées. Personne sur cette page n’existe.
# Where figures of real States stand beside it.
synthetic-beside = Nœud synthétique : son État, ses personnes et tout ce qu’il publie sont inventés. Les chiffres publics de cette page qui nomment une autre source sont réels.
# Within a drawing of the node's own figures.
synthetic-mark = Synthétique : État inventé
