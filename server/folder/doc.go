// Package folder keeps the declared objects equal to a folder of manifests, such
// as a checkout of Git or a ConfigMap volume.
//
// The folder is looked at twice a second: the manifests and the modules they name
// by path, by content. What changed is read when two looks saw the same, and
// what is gone is deleted when six did.
//
// It promises that
//   - what a file declares, and nobody can make anything of, is left as it was:
//     the last good version goes on, everything else is applied, and the faults
//     stand in [State] and in the Synced condition of the objects;
//   - only objects that a file of the folder declared are ever deleted, and none
//     while a file cannot be read, the folder is missing or empty, or nothing of
//     what it declared before is left in it;
//   - files may come in any order: what one object needs of another is found out
//     by trying.
//
// It reads and never writes files, and it keeps no state of its own: which file
// declares an object stands in the object's annotations.
package folder
