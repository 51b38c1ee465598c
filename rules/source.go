package rules

// The annotations of an object that a file of a rules folder declares. They are the
// server's: what a manifest says under these keys is ignored.
const (
	AnnotationManagedBy = "assay/managed-by"
	AnnotationSource    = "assay/source" // the file's path in the folder, such as sales/vip.yaml
)

// ManagedByFolder is the one value of [AnnotationManagedBy].
const ManagedByFolder = "folder"

// Source returns the file of the rules folder that declares the object; ok is
// false for what was declared by other ways.
func (m *Metadata) Source() (file string, ok bool) {
	file = m.Annotations[AnnotationSource]
	return file, file != "" && m.Annotations[AnnotationManagedBy] == ManagedByFolder
}

// SetSource says which file of the rules folder declares the object, "" for none.
func (m *Metadata) SetSource(file string) {
	delete(m.Annotations, AnnotationManagedBy)
	delete(m.Annotations, AnnotationSource)
	if file != "" {
		if m.Annotations == nil {
			m.Annotations = map[string]string{}
		}
		m.Annotations[AnnotationManagedBy], m.Annotations[AnnotationSource] = ManagedByFolder, file
	}
	if len(m.Annotations) == 0 {
		m.Annotations = nil
	}
}
