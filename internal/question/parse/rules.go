package parse

import "sync"

// families gives the rules in the order in which they are applied. A later
// family sees what an earlier one made.
var families = sync.OnceValue(func() [][]Rule {
	list := [][]Rule{
		listRules,
		choiceRules,
		sideRules,
		relationRules,
		windowRules,
		stepRules,
		stretchRules,
		durationRules,
		profitRules,
		partRules,
		firstRules,
		memberRules,
		ownRules,
		twinRules,
		rowRules,
		seasonRules,
		timeRules,
		rankRules,
		measureRules,
		predicateRules,
		someRules,
		valueRules,
		logicRules,
		groupRules,
		orderRules,
		bestRules,
	}
	for i := range list {
		list[i] = compiled(list[i])
	}
	return list
})
