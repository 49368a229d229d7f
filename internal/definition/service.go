package definition

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/explain"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/session"
)

// Data opens what a session's definitions are about. Error: session_not_found.
type Data interface {
	Open(ctx context.Context, workspace, sessionID string) (*dataset.Opened, error)
}

// usualLimit is how many definitions a session, or a workspace, may have.
const usualLimit = 1000

// Options are what a Service is made of; all but Limit are needed.
type Options struct {
	Store Store
	Data  Data
	Limit int // max-definitions, of a session and of a workspace
	Now   func() time.Time
}

// Service is what may be done with definitions.
type Service struct{ o Options }

// NewService makes a Service.
func NewService(o Options) *Service {
	if o.Limit == 0 {
		o.Limit = usualLimit
	}
	return &Service{o: o}
}

// List gives the definitions that are for a session, newest first, each with
// whether it fits the session's tables.
func (s *Service) List(ctx context.Context, workspace, sessionID string, p session.Page) ([]Definition, string, error) {
	data, err := s.o.Data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, "", err
	}
	list, next, err := s.o.Store.Definitions(ctx, workspace, sessionID, p)
	for i := range list {
		list[i].Fits = fits(&list[i], data.Catalog)
		list[i].Says = inWords(&list[i], data.Catalog)
	}
	return list, next, err
}

// inWords is what the plan of an answer computes, where it can be said.
func inWords(d *Definition, c *catalog.Catalog) string {
	if d.Kind != Answer || !d.Fits {
		return ""
	}
	p, err := plan.Parse(d.Text)
	if err != nil {
		return ""
	}
	return explain.Restate(p, c)
}

// Add stores a definition. Errors: those of check, of the plan for its text,
// definition_exists, phrase_taken, too_many_definitions, session_not_found.
func (s *Service) Add(ctx context.Context, workspace, sessionID string, m Meaning) (*Definition, error) {
	data, err := s.o.Data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	if err := check(&m, data.Catalog); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	now := s.now()
	d := Definition{ID: id.String(), Meaning: m, Workspace: workspace, Fits: true, CreatedAt: now, UpdatedAt: now}
	place(&d, sessionID, data.Catalog)
	d.Says = inWords(&d, data.Catalog)
	return &d, s.o.Store.AddDefinition(ctx, d, s.o.Limit)
}

// Say stores what a phrase means: another name of a column or a table, a
// metric, or a filter, whichever the text can be. Errors: those of Add.
func (s *Service) Say(ctx context.Context, workspace, sessionID, phrase, text string) (*Definition, error) {
	data, err := s.o.Data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	m := Meaning{Kind: Metric, Phrase: phrase, Text: text}
	for _, t := range data.Catalog.Tables {
		switch filter := (Meaning{Kind: Filter, Table: t.Name, Phrase: phrase, Text: text}); {
		case strings.EqualFold(t.Name, text):
			m = Meaning{Kind: Synonym, Phrase: phrase, Table: t.Name}
		case t.Column(text) != nil:
			m = Meaning{Kind: Synonym, Phrase: phrase, Table: t.Name, Column: t.Column(text).Name}
		case m.Kind == Metric && checkExpression(filter, data.Catalog) == nil:
			m = filter
		}
	}
	return s.Add(ctx, workspace, sessionID, m)
}

// place gives a definition its session, and an answer the shape of its tables.
func place(d *Definition, sessionID string, c *catalog.Catalog) {
	d.SessionID = ""
	if d.Scope == ThisSession {
		d.SessionID = sessionID
	}
	if d.Kind == Answer {
		if p, err := plan.Parse(d.Text); err == nil {
			d.Shape = shapeOf(p, c)
		}
	}
}

// Get finds a definition that is for a session. Error: definition_not_found.
func (s *Service) Get(ctx context.Context, workspace, sessionID, id string) (*Definition, error) {
	return s.o.Store.Definition(ctx, workspace, sessionID, id)
}

// Change stores what do makes of a definition; its kind and scope stay.
// Errors: those of Add, definition_not_found.
func (s *Service) Change(ctx context.Context, workspace, sessionID, id string, do func(*Meaning)) (*Definition, error) {
	data, err := s.o.Data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	d, err := s.o.Store.Definition(ctx, workspace, sessionID, id)
	if err != nil {
		return nil, err
	}
	m := d.Meaning
	do(&m)
	m.Kind, m.Scope = d.Kind, d.Scope
	if err := check(&m, data.Catalog); err != nil {
		return nil, err
	}
	d.Meaning, d.UpdatedAt, d.Fits = m, s.now(), true
	place(d, sessionID, data.Catalog)
	d.Says = inWords(d, data.Catalog)
	return d, s.o.Store.ChangeDefinition(ctx, *d)
}

// Delete takes a definition back. Error: definition_not_found.
func (s *Service) Delete(ctx context.Context, workspace, sessionID, id string) error {
	d, err := s.o.Store.Definition(ctx, workspace, sessionID, id)
	if err != nil {
		return err
	}
	return s.o.Store.DeleteDefinition(ctx, *d)
}

// Confirm remembers that a question is answered with a plan, in place of what
// was remembered for it.
func (s *Service) Confirm(ctx context.Context, workspace, sessionID, question string, p *plan.Plan) error {
	m := Meaning{Kind: Answer, Scope: ThisSession, Phrase: question, Text: p.String()}
	old, err := s.remembered(ctx, workspace, sessionID, question, "")
	if err != nil {
		return err
	}
	for _, d := range old {
		if d.Text == m.Text {
			return nil
		}
		if err := s.o.Store.DeleteDefinition(ctx, d); err != nil {
			return err
		}
	}
	_, err = s.Add(ctx, workspace, sessionID, m)
	if fault.Is(err, "definition_exists") {
		return nil // somebody else confirmed it at the same time
	}
	return err
}

// Withdraw forgets that a question is answered with a plan.
func (s *Service) Withdraw(ctx context.Context, workspace, sessionID, question string, p *plan.Plan) error {
	old, err := s.remembered(ctx, workspace, sessionID, question, p.String())
	if err != nil {
		return err
	}
	for _, d := range old {
		if err := s.o.Store.DeleteDefinition(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// remembered gives the answers of a session's own for a question, all or those
// with a plan.
func (s *Service) remembered(ctx context.Context, workspace, sessionID, question, text string) ([]Definition, error) {
	var found []Definition
	page := session.Page{Limit: 200}
	for {
		list, next, err := s.o.Store.Definitions(ctx, workspace, sessionID, page)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			if d.Kind == Answer && d.SessionID == sessionID && catalog.Phrase(d.Phrase) == catalog.Phrase(question) && (text == "" || d.Text == text) {
				found = append(found, d)
			}
		}
		if next == "" {
			return found, nil
		}
		page.Cursor = next
	}
}

func (s *Service) now() time.Time { return s.o.Now().UTC().Truncate(time.Microsecond) }
