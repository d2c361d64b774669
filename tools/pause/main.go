// Pause holds the namespaces of a pod open and does nothing else until it is told to end.
//
// Given a command, it is the first process of a process namespace: it runs the command, buries the orphans that
// end up with it, hands signals on, and ends with the command's exit code.
package main

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	child := start(os.Args[1:])
	for received := range signals {
		if received != syscall.SIGCHLD {
			if child == 0 {
				os.Exit(0)
			}
			_ = syscall.Kill(child, received.(syscall.Signal))
			continue
		}
		for {
			var status syscall.WaitStatus
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			if err != nil || pid <= 0 {
				break
			}
			if pid == child {
				os.Exit(status.ExitStatus())
			}
		}
	}
}

// start runs the command and returns its process id; 0 when there is no command.
func start(command []string) int {
	if len(command) == 0 {
		return 0
	}
	run := exec.Command(command[0], command[1:]...)
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := run.Start(); err != nil {
		println(err.Error())
		os.Exit(127)
	}
	return run.Process.Pid
}
