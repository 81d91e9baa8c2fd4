# The provider brings its own Helm 3, which runs a program from the path. Up to version 2, `postrender` is a block.
terraform {
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = ">= 2.6, < 3.0"
    }
  }
}

resource "helm_release" "spk" {
  name      = "spk"
  namespace = "spk-ingress"
  chart     = "${path.module}/../../spk"

  postrender {
    binary_path = "spk-macvlan"
    args        = ["--config=${path.module}/../../spk-macvlan.yaml"]
  }
}
