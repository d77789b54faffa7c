# Questionários preenchidos numa página.
office-forms = Registar
forms-title = Registar uma ficha
forms-lede = Escolha o que quer registar. O que introduz é selado; os nomes e o texto livre nunca saem deste nó.
forms-opens = Abre um novo processo ({$about}).
forms-existing = Para quem já tem processo, vá ao processo e acrescente aí a ficha.
form-intake = Acolhimento de uma presumível vítima
form-follow-up = Acompanhamento de uma pessoa
form-justice-chain = Caso na cadeia da justiça
form-smuggling-event = Ocorrência de introdução clandestina de migrantes
form-violence-migrants = Violência contra migrantes
form-lede = Outras perguntas aparecem à medida que avança. Pode deixar perguntas em aberto e voltar a elas.
form-kept = Guardado às {$time}, por acabar. Não é contado em lado nenhum até o entregar.
form-back = A sua sessão tinha terminado. O que tinha escrito está aqui de novo; nada disso foi ainda guardado.
form-wrong = Ainda não entregue: veja o que está assinalado abaixo. O que escreveu continua aqui.
form-faults = {$count ->
    [one] Uma resposta precisa de ser revista
   *[other] {$count} respostas precisam de ser revistas
}
form-needed = (necessária)
form-choose = –
form-device = Só um aparelho no terreno o pode registar.
form-add = Mais um: {$what}
form-drop = Retirar o número {$number}
form-steps = Continuar não guarda nada. Guardar sela o que escreveu como por acabar. Entregar faz disso uma ficha que é contada.
form-look = Continuar
form-keep = Guardar, por acabar
form-enter = Entregar
form-anyway = Entregar mesmo assim
form-anyway-told = Fica guardado como o escreveu, com o que está errado anotado ao lado; as respostas que não se podem usar não são contadas.
fault-required = É necessária uma resposta.
fault-rule = A resposta não serve.
fault-not-offered = Não é nenhuma das respostas oferecidas.
fault-unreadable = Não é o tipo de resposta que se pede.
dossier-unfinished = por acabar, não contado
dossier-go-on = Continuar a preencher
dossier-correct = Corrigir esta ficha
dossier-next-step = Registar o que aconteceu desde então
dossier-entered = Entregue.
dossier-enter-title = Acrescentar uma ficha
dossier-enter-told = Para corrigir ou continuar uma ficha, leia primeiro o processo.
