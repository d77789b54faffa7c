# The node's own releases as figures: profile, charts, files.
nav-figures = Números deste nó
figures-title = Números deste nó
figures-lede = O que este nó contou nos seus próprios registos e divulgou a toda a gente: para cada número definido, a divulgação mais recente em vigor.
figures-all-title = Quadros e números
figures-synthetic = Sintético: este nó é de um Estado inventado. Nenhuma pessoa está por trás destes números.
figures-synthetic-short = sintético, de um Estado inventado
figures-none = Ainda nada foi divulgado.
figures-missing = Definidos, e não divulgados
figures-to-all = Todas as divulgações deste nó, incluindo as retiradas
figures-to-profile = As mais recentes, num perfil
figures-explained = Quadro, definições e ficheiros
figures-source = { $publisher }; estado dos registos: { $vintage }; divulgado em { $day }.
figures-vintage = ato { $act } do diário
figures-total-period = em todo o período
figures-recorded-only = Contam o que foi registado, não o que aconteceu: uma subida ou descida pode ser da deteção.
figures-not-persons = Contam-se registos, não pessoas: enquanto ninguém verificar se os registos de vários organismos são da mesma pessoa, uma pessoa pode ser contada em cada um deles.
figures-completeness =
    { $expected ->
        [one] { $received } de { $expected } organismo deste nó tem registos destes.
       *[other] { $received } de { $expected } organismos deste nó têm registos destes.
    }
figures-free-title = { $unit }, por { $dimensions }
figures-value = Registos
figures-total = Total
figures-not-said = Não dito
figures-all = Todos
figures-too-large = O quadro é demasiado grande para uma página. Os ficheiros sob o título contêm-no por inteiro.
figures-left-out =
    { $count ->
        [one] Uma contagem mascarada não é desenhada: não se diz se é maior ou menor do que outra.
       *[other] { $count } contagens mascaradas não são desenhadas: não se diz qual é maior ou menor.
    }
figures-bars-description = A maior contagem impressa é a de { $name }: { $value }. Uma barra hachurada é uma contagem mascarada: está em qualquer ponto do hachurado.
figures-bars-none = Nenhuma contagem é impressa. Uma barra hachurada é uma contagem mascarada: está em qualquer ponto do hachurado.
figures-meaning = O que isto quer dizer, e de onde vem
figures-by-year = Por ano
figures-by-year-description = Uma marca oca é um ano do qual não se diz que todos os organismos com registos destes estão por trás dele; um traço vertical tracejado é o intervalo de uma contagem mascarada. Nenhuma linha leva a eles.
figures-incomplete = Nem todos os organismos com registos destes no período estão por trás de: { $years }.
figures-untold = Dos outros anos com marca oca não se diz que organismos estão por trás deles: de totais mascarados, arredondados ou pequenos nada se diz.
figures-change-rise = De { $from } a { $to }: mais registos.
figures-change-fall = De { $from } a { $to }: menos registos.
figures-change-same = De { $from } a { $to }: o mesmo número de registos.
figures-change-no-count = De { $from } a { $to }: não se diz nenhuma mudança, porque um ano não tem contagem.
figures-change-completeness = De { $from } a { $to }: não se diz nenhuma mudança, porque não se sabe se os mesmos organismos estão por trás dos dois anos.
figures-change-within-masks = De { $from } a { $to }: não se diz nenhuma mudança, porque a diferença pode estar dentro do que é mascarado ou arredondado.
figures-change-told = Dois anos só são comparados quando todos os organismos com registos destes estão por trás de ambos e a diferença é maior do que o que máscaras podem esconder.
figures-flows = Fluxos: de onde para onde
figures-flows-told =
    São desenhados os fluxos de pelo menos { $threshold } registos no período { $period }, entre dois países diferentes. { $hidden ->
        [0] Nenhum fluxo é mascarado.
       *[other] Mascarados, e não desenhados: { $hidden } pares de países, dos quais não se diz se há alguém.
    }
figures-citizenship-proxy = A cidadania está em lugar da origem, como no Relatório Global: não diz de onde alguém veio, onde vivia nem onde foi recrutado.
figures-repatriated-apart = Os nacionais repatriados do estrangeiro figuram aqui sozinhos; não estão entre os detetados no território.
figures-chapter-victims = Vítimas
figures-chapter-justice = Resposta da justiça penal
figures-chapter-support = Apoio
figures-chain = Do contacto formal à condenação
figures-chain-description = Um ponto é uma contagem impressa, uma faixa hachurada o intervalo em que está uma contagem mascarada. Cada passo conta cada pessoa no ano desse passo; as pessoas condenadas não estão necessariamente entre as acusadas nos mesmos anos.
figures-chain-contact = Em contacto formal
figures-chain-prosecuted = Acusadas
figures-chain-convicted = Condenadas
figures-step = Passo
figures-counts = O que se conta
figures-counts-told = { $unit }. Contam-se registos, não pessoas.
figures-of = Dos quais
figures-period = Período
figures-reference = Data de referência
figures-reference-told = O ano ou o mês de: { $day }.
figures-forms = Formas de exploração
figures-forms-main = Cada registo está sob uma forma principal; várias sem principal são mistas.
figures-forms-all = Um registo está sob cada uma das suas formas: as formas não se somam.
figures-agencies = Organismos
figures-act = Assinado pelo ato
figures-explain = Explicado em
figures-list-adds-up = Códigos da lista { $list }; cada registo está sob um deles.
figures-list-overlaps = Códigos da lista { $list }; um registo pode estar sob vários: não se somam.
figures-marks = Marcas
figures-mark-zero = Zero: contado, e não há ninguém.
figures-mark-masked = Mascarado: uma contagem retida, em qualquer ponto desse intervalo. Uma máscara não é um número, nem zero.
figures-mark-rounded = Arredondado: deslocado para um múltiplo vizinho.
figures-mark-absent = Ausente: não há contagem, com a razão por palavras.
figures-sheet-figures = Números
figures-sheet-definitions = Definições

# What one count stands for.
figures-unit-victim = Registos de vítimas de tráfico de pessoas
figures-unit-migrant = Registos de migrantes introduzidos clandestinamente
figures-unit-accused = Registos de pessoas suspeitas, acusadas ou condenadas
figures-unit-case = Registos de casos
figures-unit-event = Registos de acontecimentos
figures-unit-service = Serviços prestados, por registo

# Which day decides.
figures-day-detected = a deteção
figures-day-identified = a identificação
figures-day-in-contact = o primeiro contacto formal
figures-day-prosecuted = a decisão de acusar
figures-day-convicted = a condenação
figures-day-reported = a denúncia
figures-day-investigated = o início da investigação
figures-day-month = o registo

# Dimensions.
figures-dimension-year = Ano
figures-dimension-month = Mês
figures-dimension-sex = Sexo
figures-dimension-age = Idade
figures-dimension-form = Forma principal de exploração
figures-dimension-forms = Formas de exploração
figures-dimension-citizenship = Cidadania
figures-dimension-country-repatriated-from = País de repatriamento
figures-dimension-status = Estatuto
figures-dimension-detection = Deteção
figures-dimension-offence = Crime
figures-dimension-service = Serviço
figures-dimension-flow = Fluxo
figures-dimension-ending = Desfecho
figures-dimension-prison = Pena de prisão, meses
figures-dimension-elements = Elementos da definição

# Codes whose list prints in English alone, or that are worked out.
figures-code-female = Feminino
figures-code-male = Masculino
figures-code-other = Outro
figures-code-unknown = Desconhecido
figures-code-total = Total
figures-code-0-to-17-years = 0 a 17 anos
figures-code-18-years-or-over = 18 anos ou mais
figures-code-sexual-exploitation = Exploração sexual
figures-code-forced-labour = Trabalho forçado
figures-code-other-forms-of-exploitation = Outras formas de exploração
figures-code-on-territory = no território
figures-code-repatriated = repatriada do estrangeiro
figures-code-recorded = todos registados
figures-code-not-all = nem todos registados
figures-code-domestic = dentro do país
figures-code-same-subregion = na sub-região
figures-code-same-region = na região
figures-code-transregional = entre regiões
