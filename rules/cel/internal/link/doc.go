// Package link takes functions out of a WebAssembly object file, as clang -c writes it, and puts
// them into a module under construction: those that are asked for, what they call, and the data
// they name, each once. The rest of the object stays out.
//
// It reads what the runtime of rules needs of the object format (the tool conventions' "linking"
// and "reloc" sections): calls, addresses of data, nothing indirect and no C stack. Whatever else
// an object holds is refused when the part that holds it is asked for.
package link
