package cel

import "assay/rules/cel/internal/ir"

// encoderFunctions are those of the encoders extension for base64.
var encoderFunctions = map[string][]*ir.Fn{
	"base64.encode":    {base64Text(0)},
	"base64.encodeUrl": {base64Text(1)},
	"base64.decode":    {base64Bytes(0)},
	"base64.decodeUrl": {base64Bytes(1)},
}

func base64Text(url int32) *ir.Fn {
	return &ir.Fn{Name: "rt_base64", Params: dyn(1), Extra: []int32{url}, Result: ir.String, Fails: true, Makes: true}
}

func base64Bytes(url int32) *ir.Fn {
	return &ir.Fn{Name: "rt_base64_bytes", Params: []ir.Kind{ir.String}, Extra: []int32{url}, Result: ir.Dyn, Fails: true, Makes: true}
}
