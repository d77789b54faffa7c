# The first page.
home-title = Os factos em torno dos Protocolos de Palermo
home-what = Palermo reúne o que se sabe sobre o tráfico de pessoas e o tráfico ilícito de migrantes, desde os tratados a que os Estados aderiram até às mortes nas rotas.
home-whom = Destina-se aos ministérios, aos serviços de primeira linha, a investigadores e ao público que precisam de um número pelo qual possam responder.
home-how = Cada número diz de onde vem, em que dia era verdadeiro e o que não pode dizer.
home-parties = Partes: { $treaty }
home-parties-caption = partes em { $date }, das quais { $states } Estados
home-parties-link = Mapa, datas e lista das partes
home-migrants = Mortos e desaparecidos nas rotas migratórias
home-migrants-caption = pessoas registadas como mortas ou desaparecidas, { $from }–{ $to }
home-migrants-link = Por rota, ano e causa
home-ways = Por onde começar
home-way-treaties = Quem está vinculado pela Convenção e pelos seus Protocolos, em qualquer dia desde 2000.
home-way-states = Os atos de cada Estado ao abrigo dos três tratados, a sua região e os seus grupos.
home-way-migrants = As mortes e os desaparecimentos registados, num mapa e ao longo do tempo.
home-way-tables = Outros quadros públicos importados por este nó, célula a célula, tal como impressos.
home-way-about = Fontes, licenças, como ler uma célula e o que isto não é.
