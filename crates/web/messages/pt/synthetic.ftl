# What a node of an invented State says on every page.
synthetic-label = O que é este nó
# Where all that stands on the page is the node's own.
synthetic-own = Sintético: um Estado inventado e pessoas inventadas. Ninguém nesta página existe.
# Where figures of real States stand beside it.
synthetic-beside = Nó sintético: o seu Estado, as suas pessoas e tudo o que publica são inventados. Os números públicos desta página que nomeiam outra fonte são reais.
# Within a drawing of the node's own figures.
synthetic-mark = Sintético: Estado inventado
