module spk-macvlan.invalid/tools/networks

go 1.24.0

require github.com/k8snetworkplumbingwg/network-attachment-definition-client v1.7.7
