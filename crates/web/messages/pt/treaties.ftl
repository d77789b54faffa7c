# Treaties: overview and page of each.
treaties-title = Estado dos tratados
treaties-lede = A Convenção das Nações Unidas contra a Criminalidade Organizada Transnacional e dois dos Protocolos que a completam, num mesmo dia.
treaties-on-hint = Sem data, cada tratado é mostrado no último dia do seu registo.
treaty-on = Na data de
treaty-group = Região ou grupo
treaty-group-world = O mundo inteiro
treaty-group-members = Grupos, nessa data
treaty-group-regions = Regiões (M49)
treaty-group-subregions = Sub-regiões (M49)
treaty-by-default-end = Não foi escolhida data: eis { $date }, último dia do registo.
treaty-by-default-today = Não foi escolhida data: eis hoje, { $date }.
treaty-after-end = O registo termina em { $date }; os atos posteriores não constam dele.
treaty-world = O mundo inteiro
treaty-parties-on = Partes em { $date }
treaty-parties = Partes
treaty-states = das quais Estados Partes
treaty-signatories = Signatários
treaty-signed-only = Signatários não Partes
treaty-in-force-for = Em vigor para
treaty-in-force = Entrada em vigor
treaty-outside = Nem parte nem signatário
treaty-since = Em vigor desde
treaty-not-in-force = Ainda não em vigor nessa data
treaty-counting = Cada parte uma vez, a contar do dia do depósito do seu instrumento. A União Europeia é uma parte e não um Estado.
treaty-reference = Dia do depósito do instrumento
treaty-later = { $name } está também vinculado nesta data, por uma sucessão notificada em { $date }; só é contado a partir desse dia.
treaty-table-caption =
    { $count ->
        [one] { $count } parte
       *[other] { $count } partes
    } em { $date }, por nome
treaty-column-party = Parte
treaty-column-signatory = Signatário
treaty-column-region = Sub-região
treaty-column-signed = Assinatura
treaty-column-act = Ato
treaty-column-deposited = Depósito
treaty-column-force = Em vigor desde
treaty-act-uncertain = { $act } (natureza incerta)
treaty-signed-only-caption =
    { $count ->
        [one] { $count } signatário que não é parte
       *[other] { $count } signatários que não são partes
    }
treaty-scopes = Por região e por grupo
treaty-scopes-caption = Partes de cada região e grupo em { $date }
treaty-scopes-note = Os grupos são contados com os seus membros nessa data. Um Estado pode pertencer a vários grupos.
treaty-column-scope = Região ou grupo
treaty-column-parties = Partes
treaty-column-signed-only = Só assinatura
treaty-column-outside = Estados fora
treaty-citation = Depositário: Secretário-Geral das Nações Unidas, capítulo { $citation }.
map-title = Quem era parte em { $date }
map-description = Mapa do mundo: { $parties } partes a escuro, { $signed } signatários que não são partes a tracejado, os outros Estados a claro.
map-class-party = Parte
map-class-signed = Signatário não Parte
map-class-neither = Nem uma coisa nem outra
map-unmarked = Sem marca: territórios e zonas, que por si mesmos não são parte de nada
map-party = { $name }: parte desde { $date }
map-signed = { $name }: assinou em { $date }, não é parte
map-neither = { $name }: nem signatário nem parte
map-table-below = Cada parte consta do quadro abaixo, com ligação para a sua página.
timeline-title = As partes ao longo do tempo
timeline-description = O número de partes sobe de zero em { $from } até { $count } em { $to }.
timeline-parties = Partes
timeline-force = Em vigor { $date }
timeline-asked = Mostrado: { $date }
timeline-caption = Partes no fim de cada ano
timeline-column-year = Ano
timeline-column-new = Novas no ano
timeline-column-total = Partes
act-signature = Assinatura
act-ratification = Ratificação
act-acceptance = Aceitação
act-approval = Aprovação
act-accession = Adesão
act-succession = Sucessão
