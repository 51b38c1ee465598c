package rules

// AnnotationShadowOf, on a rule in Shadow, names the rule that it is the next
// version of: the difference the two make is shown, and only the other counts.
const AnnotationShadowOf = "assay/shadow-of"

// ShadowOf returns the rule that this one is the shadow version of, "" for none.
func (r *Rule) ShadowOf() string {
	if r.Spec.Mode != Shadow {
		return ""
	}
	return r.Metadata.Annotations[AnnotationShadowOf]
}
