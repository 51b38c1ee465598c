// Package wholefile writes files so that whoever reads them, now or after a crash, sees the old one or the new one
// and never a part.
//
// The new text goes into a file beside the old one, whose name nobody can foresee and which is made only where there is none, so that
// nothing that lies in a stranger's folder, links too, is written through. It is synced and takes the old one's
// place. A link by the file's own name is replaced, and what it leads to stays. A file that is there keeps its permissions.
//
// It does not sync the folder: after a crash the old file may be there, whole.
package wholefile
