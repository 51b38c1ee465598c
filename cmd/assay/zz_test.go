package main_test
import ("testing";"time";"assay/server/demo")
func TestZZ(t *testing.T){
 p:=serve(t,t.TempDir())
 a:=time.Now(); p.importFile("format=ndjson&key=externalId", demo.NewReader(3, 8000)); t.Log("import", time.Since(a)); a=time.Now()
 p.importFile("format=ndjson&key=externalId", demo.NewReader(3, 8000)); t.Log("again", time.Since(a)); a=time.Now()
 b:=p.ask("GET", "/api/v1/exports/clients?format=ndjson", nil, nil).body;  t.Log("export", time.Since(a), len(b)); a=time.Now()
 p.externalIDs();  t.Log("export+parse", time.Since(a)); a=time.Now()
 p.quality(""); t.Log("quality", time.Since(a)); a=time.Now()
}
