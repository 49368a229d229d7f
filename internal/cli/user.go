package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

type userCommand struct {
	Action   string        `arg:"" enum:"list,add,role,disable,enable,reset,delete" help:"list, add, role, disable, enable, reset (a link that sets a password) or delete."`
	Email    string        `arg:"" optional:"" help:"Whom it is about."`
	Role     string        `default:"member" enum:"admin,member" help:"For add and role: admin or member."`
	Name     string        `help:"For add: what they are called."`
	In       string        `name:"workspace" help:"For add: the workspace, a new one where there is none of that name; else the first one. For list: those of this workspace only."`
	Settings config.Config `embed:""`
}

// Run does it to the database that the settings name.
func (c *userCommand) Run(ctx context.Context, s *streams) error {
	people, done, err := app.People(ctx, c.Settings, s.logger(&c.Settings, true))
	if err != nil {
		return err
	}
	defer done() //nolint:errcheck // what was written is on disk
	if c.Action == "list" {
		return c.list(ctx, people, s.out)
	}
	if c.Email == "" {
		return fault.New(fault.Invalid, "usage", "Whom it is about is missing.").WithHint("Write: tabletalk user %s name@example.org", c.Action).At("cli.user")
	}
	if c.Action == "add" {
		return c.add(ctx, people, s.out)
	}
	u, err := people.Find(ctx, c.Email)
	if err != nil {
		return err
	}
	return c.change(ctx, people, s.out, u)
}

func (c *userCommand) add(ctx context.Context, people *account.Service, out io.Writer) error {
	workspace, err := people.Workspace(ctx, c.In)
	if err != nil {
		return err
	}
	u, err := people.Create(ctx, workspace, account.Role(c.Role), account.Newcomer{Email: c.Email, Name: c.Name})
	if err != nil {
		return err
	}
	return c.link(ctx, people, out, u)
}

func (c *userCommand) change(ctx context.Context, people *account.Service, out io.Writer, u *account.User) (err error) {
	active, role := c.Action == "enable", account.Role(c.Role)
	switch c.Action {
	case "reset":
		return c.link(ctx, people, out, u)
	case "delete":
		err = people.Delete(ctx, u.Workspace, u.ID)
	case "role":
		u, err = people.Change(ctx, u.Workspace, u.ID, account.Changes{Role: &role})
	default:
		u, err = people.Change(ctx, u.Workspace, u.ID, account.Changes{Active: &active})
	}
	if err != nil {
		return err
	}
	if c.Action == "delete" {
		fmt.Fprintf(out, "%s is gone, with everything that was theirs.\n", c.Email)
		return nil
	}
	fmt.Fprintf(out, "%s: %s\n", u.Email, standing(*u))
	return nil
}

// link prints a link that sets the user's password.
func (c *userCommand) link(ctx context.Context, people *account.Service, out io.Writer, u *account.User) error {
	secret, l, err := people.ResetLink(ctx, u.Workspace, u.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s sets a password by this link, once, until %s:\n  %s/reset#token=%s\n", u.Email, l.ExpiresAt.Local().Format(time.DateTime), c.Settings.Address(), secret)
	return nil
}

// list prints the people of one workspace, or of all of them.
func (c *userCommand) list(ctx context.Context, people *account.Service, out io.Writer) error {
	all, err := people.Workspaces(ctx)
	if err != nil {
		return err
	}
	if c.In != "" {
		all = slices.DeleteFunc(all, func(w account.Workspace) bool { return w.Name != c.In })
	}
	if len(all) == 0 {
		return fault.New(fault.NotFound, "workspace_not_found", "There is no workspace %q.", c.In).WithHint("“tabletalk user list” shows who is in which.").At("cli.user")
	}
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "EMAIL\tNAME\tROLE\tWORKSPACE\tLAST LOGIN")
	for _, w := range all {
		if err := listUsers(ctx, people, w, t); err != nil {
			return err
		}
	}
	return t.Flush()
}

func listUsers(ctx context.Context, people *account.Service, w account.Workspace, out io.Writer) error {
	cursor := ""
	for {
		list, next, err := people.Users(ctx, w.ID, session.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, u := range list {
			seen := "never"
			if !u.SeenAt.IsZero() {
				seen = u.SeenAt.Local().Format(time.DateTime)
			}
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", u.Email, u.Name, standing(u), w.Name, seen)
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

func standing(u account.User) string {
	if !u.Active {
		return string(u.Role) + ", disabled"
	}
	return string(u.Role)
}
