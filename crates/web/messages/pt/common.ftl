# Words on every page.
skip = Ir para o conteúdo
nav-label = Principal
nav-languages = Língua
nav-home = Início
nav-treaties = Estado dos tratados
nav-states = Estados
nav-migrants = Migrantes desaparecidos
nav-estimate = Populações ocultas
nav-check = Verificar uma tabela
nav-tables = Quadros importados
nav-about = Sobre
foot-not-un = Esta não é uma publicação das Nações Unidas nem de qualquer Estado. Os números são os das fontes indicadas junto deles.
foot-privacy = Sem cookies, sem scripts, sem registo de quem lê.
foot-about = Sobre este sítio
foot-api = Para programas (OpenAPI)
form-show = Mostrar
as-table = Os mesmos dados em quadro
take = Para levar:
maps-notice = As fronteiras e os nomes no mapa não implicam qualquer posição sobre o estatuto de um território.
compass-north = N
compass-south = S
compass-east = E
compass-west = O

# Why a cell has no value.
absent-not-collected = não recolhido
absent-not-asked = não perguntado
absent-refused = não comunicado
absent-unknown = desconhecido
absent-not-applicable = não aplicável
absent-not-in-source = ausente da fonte
absent-disputed = a fonte contradiz-se
absent-not-yet = ainda não

# Why a sum is refused.
refused-overlapping = Não se mostra a soma: os códigos de «{ $what }» sobrepõem-se e a soma contaria alguém duas vezes.
refused-absent = Não se mostra a soma: uma célula não tem valor ({ $what }) e a soma pareceria completa.
refused-not-a-count = Não se mostra a soma: uma célula do tipo «{ $what }» não é uma contagem.
refused-other = Não se mostra a soma: { $what }

# What a figure cannot say.
limit-minimum-count = Um mínimo: só se conta o que foi registado, e muito nunca o é.
limit-detections-not-persons = Deteções, não pessoas: a mesma pessoa pode ser detetada mais de uma vez.
limit-detected-only = Só o que foi detetado; uma subida ou descida pode dever-se à deteção.
limit-small-counts-masked = O editor imprime «<5» para contagens inferiores a cinco; não se distingue delas um zero.
limit-source-disagrees = Quando a fonte imprime valores diferentes para a mesma célula, nenhum é usado.
limit-dead-include-missing = Os mortos e os desaparecidos são contados em conjunto.
limit-places-approximate = Os locais são aproximados; as posições no mapa são arredondadas de propósito.
limit-last-year-incomplete = O último ano não está completo.
limit-som-party-missing-after-2020 = Falta no registo uma parte que aderiu entre 24 de dezembro de 2020 e outubro de 2022: os totais posteriores têm uma unidade a menos.
limit-record-ends = O registo dos atos termina no dia indicado; os atos posteriores não constam dele.
