package cel_test
import ("testing";"os")
func TestDbg(t *testing.T){
 env:=newEnv(t, customFields...)
 for _,e:=range []string{`client.contacts[0].name == client.contacts[1].name`,`client.contacts[0].name == ""`,`client.contacts[1].name == ""`,`size(client.contacts[1].name)==0`} {
 c,err:=env.CompileFilter(e)
 if err!=nil{t.Fatal(err)}
 os.WriteFile("/tmp/cel.wasm",c.Wasm,0o644)
 t.Log(e, run(t, load(t,c.Wasm), cardOf(t,oddClient())))
 break
 }
}
