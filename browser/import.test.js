// A list of cases that a shelter keeps in a workbook comes in at a page: a data manager at a desk, in
// Portuguese, has a map proposed, looks it over, tries it and brings the list in. Invented persons.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { launch } from "./chromium.js";
import { Node } from "./node.js";
import { DESK, PHONE, Person } from "./person.js";

const STORY = "import";
const ROWS = [
  "Nº,Nome,Sexo,Idade,Forma de exploração,Data de deteção,Observações",
  "A-1,Pessoa Inventada 1,Feminino,17,Trabalho forçado,2024-03-01,texto livre",
  "A-2,Pessoa Inventada 2,Feminino,23,Trabalho forçado,2024-03-02,texto livre",
  "A-3,Pessoa Inventada 3,Masculino,31,Exploração sexual,2024-03-05,texto livre",
  "A-4,Pessoa Inventada 4,Feminino,16,Exploração sexual,2024-04-01,texto livre",
];
const LIST = { name: "lista.csv", mimeType: "text/csv", buffer: Buffer.from(`${ROWS.join("\n")}\n`) };
const BROKEN = { name: "lista.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\u0003\u0004 torn") };

describe("a list of cases comes in at a page", () => {
  let browser;
  let node;
  let rui;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    browser = await launch();
    node = await Node.found(binary);
    const origin = await node.serve();
    const ada = await Person.enter(browser, origin, "ada", { story: STORY });
    await ada.enrol(node.founded.code);
    rui = await ada.add(browser, "rui", ["data-manager"], { language: "pt", viewport: DESK });
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
  });

  const form = () => rui.form("/import");
  const press = (step) => form().locator(`button[name="step"][value="${step}"]`);

  it("refuses what is no list, with a reason", async () => {
    await rui.go("");
    await rui.arrive(() => rui.page.locator('.bar a[href$="/office/import"]').click());
    await rui.look("form");
    assert.equal(await rui.send(form(), { kind: "map", file: BROKEN }, press("look")), 422);
    assert.match(await rui.text(), /lista\.xlsx: nada foi retirado/);
    await rui.look("refused");
  });

  it("proposes a map, and shows no name", async () => {
    assert.equal(await rui.send(form(), { kind: "map", file: LIST }, press("propose")), 200);
    const said = await rui.text();
    assert.match(said, /Um mapa proposto para lista\.csv/);
    assert.match(said, /Forma de exploração/);
    assert.doesNotMatch(said, /Pessoa Inventada/);
    await rui.look("proposed");
  });

  it("reads the list by the map, and brings it in", async () => {
    assert.equal(await rui.send(form(), {}, press("look")), 200);
    const said = await rui.text();
    assert.match(said, /O que foi lido de lista\.csv/);
    assert.doesNotMatch(said, /Pessoa Inventada/);
    await rui.look("read");
    assert.equal(await rui.send(form(), {}, press("bring")), 200);
    assert.match(await rui.text(), /Processos novos\s+4/);
    await rui.look("brought");
  });

  it("takes nothing twice", async () => {
    await rui.page.setViewportSize(PHONE);
    rui.viewport = PHONE;
    assert.equal(await rui.send(form(), { file: LIST }, press("look")), 200);
    assert.equal(await rui.send(form(), {}, press("bring")), 200);
    assert.match(await rui.text(), /Processos novos\s+0/);
    assert.match(await rui.text(), /Já conhecidos, sem alteração\s+4/);
    await rui.look("again");
  });

  it("keeps the map for the agency, and takes it again for the next list", async () => {
    await rui.page.setViewportSize(DESK);
    rui.viewport = DESK;
    assert.equal(await rui.send(form(), { name: "" }, press("keep")), 422);
    assert.match(await rui.text(), /O mapa não fica guardado/);
    assert.equal(await rui.send(form(), { name: "lista do abrigo" }, press("keep")), 200);
    assert.match(await rui.text(), /O mapa fica guardado para a sua entidade/);
    await rui.look("kept");
    await rui.go("/import");
    assert.equal(await form().locator("#map").inputValue(), "");
    assert.equal(await rui.send(form(), { kept: "lista do abrigo" }, press("use")), 200);
    assert.match(await form().locator("#map").inputValue(), /person\.sex/);
    assert.equal(await form().locator("#kind-map").isChecked(), true);
    await rui.look("used");
    assert.equal(await rui.send(form(), { file: LIST }, press("look")), 200);
    assert.match(await rui.text(), /O que foi lido de lista\.csv/);
    assert.equal(await rui.send(form(), { kept: "lista do abrigo" }, press("forget")), 200);
    assert.match(await rui.text(), /O mapa foi deitado fora/);
    assert.equal(await form().locator("#kept").count(), 0);
  });
});
