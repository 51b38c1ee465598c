package crm

// EventTypes returns every type of event there is.
func EventTypes() []EventType {
	return []EventType{
		EventClientCreated, EventClientUpdated, EventClientDeleted,
		EventFindingOpened, EventFindingClosed, EventSegmentEntered, EventSegmentLeft,
		EventRuleApplied, EventRuleDeleted, EventRuleQuarantined, EventRuleResumed,
		EventObjectApplied, EventObjectDeleted, EventSweepProgress, EventSweepPaused, EventSweepResumed,
		EventFindingChanged, EventFindingWaived, EventFindingUnwaived, EventWaiverCreated, EventWaiverEnded,
	}
}
