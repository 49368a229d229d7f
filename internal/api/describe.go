package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// describe adds what huma cannot see: the form of an upload, and what streams
// and exports send.
func (s *Server) describe() {
	doc := s.huma.OpenAPI()
	delete(doc.Components.Schemas.Map(), "ErrorModel") // huma's own errors never leave: toProblem
	delete(doc.Components.Schemas.Map(), "ErrorDetail")
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	doc.Paths[base+uploadPath].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"files"}, Properties: map[string]*huma.Schema{
			"files":      {Type: huma.TypeArray, Items: file, Description: "One or more files"},
			"session_id": {Type: huma.TypeString, Description: "Where to; a new session if missing"},
			"decisions":  {Type: huma.TypeString, Description: "How to read the files, as the JSON of IngestDecisions; what is not decided is found out"},
		}}}}}
	doc.Paths[base+versionsPath].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: versionForm(file)}}}
	send(doc.Paths[base+streamPath].Post, "Events: status, plan, sql, result, text, assumption, clarify, usage, done (the answer), error (a problem)", "text/event-stream", &huma.Schema{Type: huma.TypeString})
	send(doc.Paths[base+"/events"].Get, "Events; the data of each is an Event", "text/event-stream", doc.Components.Schemas.Schema(reflect.TypeFor[Event](), true, ""))
	upload := doc.Paths[base+uploadPath].Post
	upload.Responses["202"] = &huma.Response{Description: "The files are large: jobs read them", Content: upload.Responses["200"].Content}
	send(doc.Paths[base+"/sessions/{id}/cases"].Get, "A file of questions with their answers", "text/plain", &huma.Schema{Type: huma.TypeString})
	doc.Paths[base+rowsPath].Post.RequestBody = rowsForm()
	for _, p := range []string{"/tables/{id}/export", "/queries/{id}/export"} {
		send(doc.Paths[base+p].Get, "The file", "application/octet-stream", file)
	}
	problem := problemResponse(s.huma)
	for _, p := range plains {
		doc.AddOperation(p.operation(problem))
	}
}

func send(op *huma.Operation, says, kind string, schema *huma.Schema) {
	op.Responses["200"] = &huma.Response{Description: says, Content: map[string]*huma.MediaType{kind: {Schema: schema}}}
}

// plainRoute is a route that huma does not serve, as the document tells of it.
type plainRoute struct {
	method, path, id, tag, says string
	params                      []string // headers, and what the path and the query name
	status, answer              string
}

// plains are the routes of other protocols: how they go on is said there
// (RFC 6455, https://tus.io/protocols/resumable-upload).
var plains = []plainRoute{
	{"GET", socketPath, "socket", "jobs", "What happens in a session, over a WebSocket: one Event a message", []string{"session_id", "after"}, "101", "It goes on as a WebSocket"},
	{"OPTIONS", resumePath, "upload-options", "files", "What the server knows of tus 1.0.0", nil, "204", "Tus-Version, Tus-Extension and Tus-Max-Size, as headers"},
	{"POST", resumePath, "begin-upload", "files", "Begin an upload in pieces; the metadata may name filename, session_id and decisions", []string{"Tus-Resumable", "Upload-Length", "Upload-Metadata"}, "201", "It began; Location is its address"},
	{"HEAD", resumePath + "/{id}", "upload-offset", "files", "How much of an upload has arrived", []string{"Tus-Resumable", "id"}, "200", "Upload-Offset and Upload-Length, as headers"},
	{"PATCH", resumePath + "/{id}", "continue-upload", "files", "The next piece of an upload; after the last one the file is read", []string{"Tus-Resumable", "Upload-Offset", "id"}, "204", "Upload-Offset, as a header"},
	{"DELETE", resumePath + "/{id}", "end-upload", "files", "Give an upload up", []string{"Tus-Resumable", "id"}, "204", "It is gone"},
	{"GET", resumePath + "/{id}", "get-upload", "files", "What became of an upload", []string{"id"}, "200", "Its session, file and job, as far as they are known"},
}

func (p plainRoute) operation(problem *huma.Response) *huma.Operation {
	op := &huma.Operation{Method: p.method, Path: base + p.path, OperationID: p.id, Tags: []string{p.tag}, Summary: p.says,
		Responses: map[string]*huma.Response{p.status: {Description: p.answer}, "default": problem}}
	for _, name := range p.params {
		in := "header"
		switch name {
		case "id":
			in = "path"
		case "session_id", "after":
			in = "query"
		}
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: in, Required: name != "after" && name != "Upload-Metadata", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return op
}
