module spk-macvlan.invalid/tools/definitions

go 1.26.0

require (
	github.com/fluxcd/source-controller v1.9.0
	github.com/k8snetworkplumbingwg/network-attachment-definition-client v1.7.7
)
