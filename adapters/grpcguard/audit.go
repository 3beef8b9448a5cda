package grpcguard

import (
	"google.golang.org/grpc"

	"github.com/bearerguard/bearerguard/scopes"
)

// A Server knows its methods. *grpc.Server is one.
type Server interface {
	GetServiceInfo() map[string]grpc.ServiceInfo
}

// Audit compares a table with the methods that a server has. Call it when all
// services are registered, and start only with what it finds right:
//
//	grpcguard.Audit(s, routes).MustCover()
//
// Printed, it shows which rule decides about which method. It cannot tell
// whether the server has our interceptors at all, or with another table. Nor does
// it know the names that services were compiled with: a key that only such a name
// needs (see [Unary]) is reported as without a method. It panics on the keys that
// [Options] panics on.
func Audit(s Server, routes scopes.Routes) scopes.Report {
	newTable(routes) // for its panic
	var served []string
	for name, service := range s.GetServiceInfo() {
		for _, method := range service.Methods {
			served = append(served, "/"+name+"/"+method.Name)
		}
	}
	return scopes.Audit(served, routes, func(method string) []string {
		service, _ := cut(method)
		return []string{method, service + "*"}
	})
}
