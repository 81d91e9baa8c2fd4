# The provider brings its own Helm 3, which runs a program from the path. From version 3 on, `postrender` is an attribute.
terraform {
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
  }
}

resource "helm_release" "spk" {
  name      = "spk"
  namespace = "spk-ingress"
  chart     = "${path.module}/../../spk"

  postrender = {
    binary_path = "spk-macvlan"
    args        = ["--config=${path.module}/../../spk-macvlan.yaml"]
  }
}
