# Imported tables.
tables-title = Quadros importados
tables-lede = Quadros públicos de outros editores importados por este nó. As células são mostradas como impressas, incluindo as ocultadas.
tables-none = Este nó ainda não importou nenhum quadro.
tables-size =
    { $count ->
        [one] { $count } célula
       *[other] { $count } células
    }
tables-rows = Linhas
tables-columns = Colunas
tables-no-columns = Sem colunas
tables-all = Tudo, somado
tables-all-overlapping = Tudo (códigos que se sobrepõem)
tables-value = Valor
tables-caption =
    { $count ->
        [one] { $count } linha
       *[other] { $count } linhas
    }, como impresso pelo editor
tables-caption-summed =
    { $count ->
        [one] { $count } linha
       *[other] { $count } linhas
    }, somas do que o editor imprimiu
tables-summed = Somado sobre:
tables-refused = A soma é recusada.
tables-empty = A fonte não tem nenhuma célula para esta escolha.
tables-cut = A página mostra apenas as primeiras linhas e colunas; os ficheiros contêm todas.
tables-cells = Como ler células ocultadas ou ausentes:
tables-area = Área
tables-nationality = Nacionalidade
tables-sex = Sexo
tables-age = Idade
tables-indicator = Indicador
tables-dimension = Dimensão
tables-category = Categoria
tables-border = Fronteira
