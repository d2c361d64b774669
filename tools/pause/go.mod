// Our own program, without dependencies: holds a pod's namespaces, and is the first process of a real node.
module quint.invalid/tools/pause

go 1.26.0
